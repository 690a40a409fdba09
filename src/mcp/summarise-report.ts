import type { Report } from '../report/report.ts';

/** What somebody needs of a rehearsal who is to mend what it found: no passes, no bodies. Pure. */
export function summariseReport(report: Report): Readonly<Record<string, unknown>> {
  const { verdict, project, startedAt, ms, steps, findings, error } = report;
  const bad = findings.filter(({ level }) => level !== 'pass');
  return {
    verdict,
    project,
    startedAt,
    ms,
    steps: steps.map(({ id, outcome, summary }) => ({ id, outcome, summary })),
    findings: [...bad]
      .toSorted((a, b) => Number(b.level === 'fail') - Number(a.level === 'fail'))
      .map(({ code, level, step, title, detail, hint, location }) => ({
        code,
        level,
        step,
        title,
        detail,
        hint,
        ...(location && { location }),
      })),
    ...(error && { error }),
  };
}
