import type { RunningContainer } from '../../engine/engine.ts';
import type { Clock } from '../../context/clock.ts';
import { readLogText } from '../checks/condense-log.ts';

/** An exception that a log tells of. */
export interface LoggedException {
  /** Epoch milliseconds. */
  readonly atMs: number;
  /** Last line of the traceback: `django.db.utils.IntegrityError: null value in column …`. */
  readonly text: string;
  /** Path of the request, where the log says which. */
  readonly path: string | undefined;
}

/** The last lines, to explain why the old release does not come up. */
const keptLines = 60;
const keptExceptions = 2000;

/** Last line of a traceback. */
const exceptionLine =
  /^([A-Za-z_][\w.]*(?:Error|Exception|Violation|Warning|DoesNotExist|Timeout|Column|Table|Exit)): (.*)$/u;
/** Between two exceptions of one chain. */
const chainLine =
  /^(?:The above exception was the direct cause of|During handling of the above exception)/u;
/** As Django's logger `django.request` begins a record. */
const requestLine = /(?:Internal Server Error|Service Unavailable): (\S+)/u;

/** Reads exceptions out of a log line by line, from plain tracebacks and from JSON records. */
export class ExceptionReader {
  readonly exceptions: LoggedException[] = [];
  #isTraceback = false;
  #path: string | undefined;

  take(line: string, atMs: number): void {
    const text = readLogText(line);
    if (text.includes('\n')) this.#takeRecord(text, line, atMs);
    else this.#takeLine(text, atMs);
  }

  /** One record that holds its whole traceback: only its last exception is what was raised. */
  #takeRecord(text: string, line: string, atMs: number): void {
    const lines = text.split('\n');
    const last = lines.findLast((one) => exceptionLine.test(one));
    const path = requestLine.exec(text)?.[1] ?? /"path":\s*"([^"]+)"/u.exec(line)?.[1];
    if (last !== undefined) this.#add({ atMs, text: last, path });
  }

  #takeLine(text: string, atMs: number): void {
    this.#path = requestLine.exec(text)?.[1] ?? this.#path;
    // Of a chain the last one is what was raised.
    if (chainLine.test(text)) this.exceptions.pop();
    else if (text.startsWith('Traceback (most recent call last)')) this.#isTraceback = true;
    else if (this.#isTraceback && exceptionLine.test(text)) {
      this.#isTraceback = false;
      this.#add({ atMs, text, path: this.#path });
    }
  }

  #add(exception: LoggedException): void {
    this.exceptions.push(exception);
    if (this.exceptions.length > keptExceptions) this.exceptions.shift();
  }
}

/** Follows the log of the old release. */
export class PreviousLog {
  /** Settles when the output has ended. */
  readonly ended: Promise<void>;
  readonly #reader = new ExceptionReader();
  readonly #lines: string[] = [];

  constructor(container: RunningContainer, clock: Clock, onLine: (line: string) => void) {
    this.ended = this.#follow(container, clock, onLine);
  }

  get exceptions(): readonly LoggedException[] {
    return this.#reader.exceptions;
  }

  last(count: number): readonly string[] {
    return this.#lines.slice(-count);
  }

  async #follow(
    container: RunningContainer,
    clock: Clock,
    onLine: (line: string) => void,
  ): Promise<void> {
    try {
      for await (const { text } of container.output) {
        this.#lines.push(text);
        if (this.#lines.length > keptLines) this.#lines.shift();
        this.#reader.take(text, clock.now());
        onLine(text);
      }
    } catch {
      // The stream breaks when the engine goes away; whoever asks the old release then learns it.
    }
  }
}
