import * as v from 'valibot';
import { identifyFindings } from './formats/finding-identity.ts';
import type { Report } from './report.ts';

/** How many runs a history keeps. */
const keptRuns = 30;

const recordSchema = v.object({
  startedAt: v.string(),
  djdev: v.string(),
  verdict: v.picklist(['pass', 'fail', 'error', 'interrupted']),
  ms: v.number(),
  imageBytes: v.optional(v.number()),
  steps: v.array(v.object({ id: v.string(), outcome: v.string(), ms: v.number() })),
  measurements: v.array(
    v.object({
      step: v.string(),
      name: v.string(),
      value: v.number(),
      unit: v.picklist(['ms', 'bytes', 'count']),
    }),
  ),
  findings: v.array(
    v.object({
      fingerprint: v.string(),
      code: v.string(),
      level: v.picklist(['warn', 'fail']),
      step: v.string(),
      title: v.string(),
    }),
  ),
});

const historySchema = v.object({ version: v.literal(1), runs: v.array(recordSchema) });

/** What later runs are compared with: a report without its evidence. */
export type RunRecord = v.InferOutput<typeof recordSchema>;

/** The record of a run. */
export function recordOf(report: Report): RunRecord {
  const { startedAt, djdev, verdict, ms, image, steps, findings } = report;
  const identities = identifyFindings(findings);
  return {
    startedAt,
    djdev,
    verdict,
    ms,
    ...(image === undefined ? {} : { imageBytes: image.bytes }),
    steps: steps.map((step) => ({ id: step.id, outcome: step.outcome, ms: step.ms })),
    measurements: steps.flatMap(({ id, measurements }) =>
      measurements.map(({ name, value, unit }) => ({ step: id, name, value, unit })),
    ),
    findings: findings.flatMap(({ code, level, step, title }, index) =>
      level === 'pass'
        ? []
        : [{ fingerprint: identities[index]?.fingerprint ?? '', code, level, step, title }],
    ),
  };
}

/** The runs of a history file, the oldest first; `undefined` when it is none. */
export function parseHistory(text: string): readonly RunRecord[] | undefined {
  try {
    const result = v.safeParse(historySchema, JSON.parse(text));
    return result.success ? result.output.runs : undefined;
  } catch {
    return undefined;
  }
}

/** A history with one run more, and without its oldest when there are too many. */
export function formatHistory(earlier: readonly RunRecord[], run: RunRecord): string {
  const runs = [...earlier, run].slice(-keptRuns);
  return `${JSON.stringify({ version: 1, runs })}\n`;
}
