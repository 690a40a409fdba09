import type { Report } from '../report.ts';

/** The report as one line of JSON, without a line end. The shape is described in docs/report.md. */
export function formatJson(report: Report): string {
  return JSON.stringify(report);
}
