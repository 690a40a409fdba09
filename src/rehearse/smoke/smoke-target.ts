import type { Context } from '../../context/context.ts';
import type { PostgresAddress } from '../../database/postgres-session.ts';
import type { Engine } from '../../engine/engine.ts';
import type { StatementSource } from './statement-log.ts';
import type { HttpAddress } from '../http/send-request.ts';

/** What smoke tests are run with; a deployment that is only a URL has no engine. */
export type SmokeContext = Pick<Context, 'emit' | 'signal' | 'clock'>;

/** Why something cannot be done: the end of a sentence that begins with “because”. */
export interface Unavailable {
  readonly reason: string;
}

/** The container that has the code and serves it. */
export interface Inside {
  readonly engine: Engine;
  readonly containerId: string;
  /** Path of manage.py in the container; the nearest one when left out. */
  readonly manage: string | undefined;
}

/** The Postgres that the application asks. */
export interface AskedPostgres {
  readonly engine: Engine;
  readonly containerId: string;
  /** As a user who may change settings of the server. */
  readonly address: PostgresAddress;
  /** Whose queries count. */
  readonly counted: StatementSource;
}

/** A deployment that smoke requests are sent to, and how far djdev can look into it. */
export interface SmokeTarget {
  readonly address: HttpAddress;
  /** What the Host header says. */
  readonly host: string;
  /** `https://www.example.com`: where visitors believe to be. */
  readonly origin: string;
  /** Sent with every request. */
  readonly headers: Readonly<Record<string, string>>;
  /** The application's lines since a moment of the monotonic clock; absent: nobody reads them. */
  readonly logSince?: (monotonicMs: number) => readonly string[];
  readonly inside: Inside | Unavailable;
  readonly postgres: AskedPostgres | Unavailable;
}
