import type { RunningContainer } from '../engine/engine.ts';
import type { ProcessLine } from './checks/process-line.ts';
import type { ApplicationLog } from './application-log.ts';
import type { HttpAddress } from './http/send-request.ts';

/** The production process, booted and answering. */
export interface Application {
  readonly container: RunningContainer;
  readonly address: HttpAddress;
  /** The path that answered healthily, and how; absent when none is known. */
  readonly health: { readonly path: string; readonly status: number } | undefined;
  /** The image's HEALTHCHECK, as the engine keeps it. */
  readonly healthcheck: readonly string[] | undefined;
  readonly log: ApplicationLog;
  /** Of its first healthy answer, by the monotonic clock. */
  readonly bootedMs: number;
  /** From its start to that answer. */
  readonly bootMs: number;
  /** PID 1 and its children, read while nothing else had to wait for it. */
  readonly processes: Promise<readonly ProcessLine[]>;
  /** What a platform asks the process to end with: `SIGTERM`, or the image's STOPSIGNAL. */
  readonly stopSignal: string;
}

/** What a TLS proxy in front of production sends along with every request. */
export function proxyHeaders(host: string): Readonly<Record<string, string>> {
  return {
    host,
    'x-forwarded-proto': 'https',
    'x-forwarded-for': '203.0.113.7',
    'x-forwarded-host': host,
    'user-agent': 'djdev',
  };
}
