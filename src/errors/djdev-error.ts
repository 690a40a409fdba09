import { type ErrorCode, errorCodes } from './codes.ts';

/** A place in a file of the project; line and column count from 1. */
export interface SourceLocation {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** One of several problems that were found together, for example in one manifest. */
export interface ErrorIssue {
  readonly message: string;
  readonly hint?: string;
  readonly location: SourceLocation;
}

/** What a `DjdevError` is made of. Message and hint are full sentences without a prefix. */
export interface ErrorDetails {
  /** What happened and why. */
  readonly message: string;
  /** What to do: the command to run or the line to change. */
  readonly hint?: string;
  readonly location?: SourceLocation;
  /** All problems in the order of the file, when there is more than a message can say. */
  readonly issues?: readonly ErrorIssue[];
  /** Output that explains the failure, for example the last log lines of a container. */
  readonly output?: readonly string[];
  readonly cause?: unknown;
}

/**
 * djdev could not do its work. Results about the user's application are `Finding`s instead.
 * Thrown where the facts are known, printed once, in `cli/`.
 */
export class DjdevError extends Error {
  override readonly name = 'DjdevError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly location: SourceLocation | undefined;
  readonly issues: readonly ErrorIssue[];
  readonly output: readonly string[];

  constructor(code: ErrorCode, details: ErrorDetails) {
    super(details.message, 'cause' in details ? { cause: details.cause } : undefined);
    this.code = code;
    this.hint = details.hint;
    this.location = details.location;
    this.issues = details.issues ?? [];
    this.output = details.output ?? [];
  }

  /** The process exit code that belongs to this error's code. */
  get exitCode(): number {
    return errorCodes[this.code].exitCode;
  }
}
