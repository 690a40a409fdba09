/**
 * What programs that read djdev's results need: the types of `djdev rehearse --json` (a `Report`)
 * and of `--progress json` (an `Event` a line), and the codes they may hold.
 */
export type { Event } from './report/event.ts';
export type { Finding, Level, Measurement } from './report/finding.ts';
export { type FindingCode, findingCodes } from './report/finding-codes.ts';
export type {
  ErrorReport,
  ImageReport,
  KeptEnvironment,
  Report,
  StepReport,
  Verdict,
} from './report/report.ts';
export type { RemovalReport, VariableReport } from './report/environment-report.ts';
export type { MigrationsReport } from './report/migration-report.ts';
export type { RolloutReport } from './report/rollout-report.ts';
export type { AnswerReport, RequestReport } from './report/request-report.ts';
export type { StepId, StepOutcome } from './report/step.ts';
export type { SourceLocation } from './errors/djdev-error.ts';
export { type ErrorCode, errorCodes } from './errors/codes.ts';
export { readVersion } from './version.ts';
