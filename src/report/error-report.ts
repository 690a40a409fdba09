import type { DjdevError } from '../errors/djdev-error.ts';
import type { ErrorReport } from './report.ts';

/** A `DjdevError` as plain data, without its cause and stack. */
export function toErrorReport(error: DjdevError): ErrorReport {
  return {
    code: error.code,
    message: error.message,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.location === undefined ? {} : { location: error.location }),
    ...(error.output.length === 0 ? {} : { output: error.output }),
    ...(error.issues.length === 0 ? {} : { issues: error.issues }),
  };
}
