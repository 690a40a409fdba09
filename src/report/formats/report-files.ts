import type { FinishedRun } from '../finished-run.ts';
import type { RecordedLog } from '../recorded-log.ts';
import type { RequestReport } from '../request-report.ts';
import { formatCodeQuality } from './code-quality.ts';
import { formatHtml } from './html.ts';
import { formatJunit } from './junit.ts';
import { formatMarkdown, markdownLimits } from './markdown.ts';
import { sanitizeText } from './sanitize-text.ts';
import { formatSarif } from './sarif.ts';

/** One file of a report directory. */
export interface ReportFile {
  /** Relative, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** Every file that `--report` writes. */
export function renderReportFiles(run: FinishedRun): readonly ReportFile[] {
  const { report, logs } = run;
  const failed = (report.requests ?? []).filter(({ ok }) => !ok);
  return [
    { path: 'report.json', text: `${JSON.stringify(report, null, 2)}\n` },
    { path: 'report.html', text: formatHtml(run) },
    { path: 'summary.md', text: formatMarkdown(report, markdownLimits.comment) },
    { path: 'junit.xml', text: formatJunit(report) },
    { path: 'report.sarif', text: formatSarif(report) },
    { path: 'codequality.json', text: formatCodeQuality(report) },
    ...nameApart(logs.map(describeLog)),
    ...nameApart(failed.map(describeFailedRequest)),
  ];
}

function describeLog({ step, source, lines, dropped }: RecordedLog): ReportFile {
  const head = dropped === 0 ? [] : [`… ${dropped} lines before these were left out`];
  const text = [...head, ...lines.map(sanitizeText)].join('\n');
  return { path: `logs/${step}-${slug(source)}.log`, text: `${text}\n` };
}

function describeFailedRequest(request: RequestReport, index: number): ReportFile {
  const { method, path, curl, status, failure, answer } = request;
  const headers = Object.entries(answer?.headers ?? {}).map(([name, value]) => `${name}: ${value}`);
  const lines = [
    curl,
    '',
    status === undefined ? (failure ?? 'no answer') : `HTTP ${status}`,
    ...headers,
    '',
    answer?.body ?? '',
  ];
  const number = String(index + 1).padStart(2, '0');
  return {
    path: `responses/${number}-${method}-${slug(path)}.txt`,
    text: `${sanitizeText(lines.join('\n')).trimEnd()}\n`,
  };
}

/** A name that every file system takes. */
function slug(text: string): string {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60);
  return name === '' ? 'root' : name;
}

function nameApart(files: readonly ReportFile[]): readonly ReportFile[] {
  const seen = new Map<string, number>();
  return files.map((file) => {
    const count = (seen.get(file.path) ?? 0) + 1;
    seen.set(file.path, count);
    return count === 1 ? file : { ...file, path: file.path.replace(/(\.\w+)$/, `-${count}$1`) };
  });
}
