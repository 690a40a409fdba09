import { type ErrorCode, errorCodes } from '../errors/codes.ts';
import type { Report } from './report.ts';

/**
 * The process exit code of a run that was not interrupted; `interruptedCode` is that of the signal.
 * An error without a known code is one of the environment.
 */
export function exitCodeOf(report: Report, interruptedCode: number): number {
  const code = report.error?.code;
  switch (report.verdict) {
    case 'pass':
      return 0;
    case 'fail':
      return 1;
    case 'interrupted':
      return interruptedCode;
    case 'error':
      return isErrorCode(code) ? errorCodes[code].exitCode : 3;
    default:
      return report.verdict satisfies never;
  }
}

function isErrorCode(code: string | undefined): code is ErrorCode {
  return code !== undefined && Object.hasOwn(errorCodes, code);
}
