import { once } from 'node:events';
import type { ExecSession } from '../engine/engine.ts';
import { createFrameReader, encodeFrameStart, type AgentFrame } from './agent/agent-frame.ts';
import type { ReturnedEntry } from './change-queue.ts';
import {
  type ApplyResult,
  type BatchSignal,
  type DifferentPath,
  type PathError,
  type SyncOperation,
  type Transport,
  TransportEnded,
  type WantedPath,
} from './transport.ts';

/** A path as the agent read it, to be written on the host. */
export interface ReadPath {
  readonly path: string;
  readonly state: string | null;
  readonly mode: number;
  readonly content: Buffer;
  /** A file of the host that holds the content, where it is too large for memory. */
  readonly stored?: string;
  readonly error: PathError | undefined;
}

/** What the agent tells by itself. */
export interface AgentListener {
  onChanged(entries: readonly ReturnedEntry[], isIncomplete: boolean): void;
}

/** The host's end of `agent/agent.py`: numbers requests and hands out answers. */
export class AgentConnection implements Transport {
  readonly type = 'agent';
  /** Whether the agent came up; `false` once its stream ended before that. */
  readonly isReady: Promise<boolean>;
  readonly ended: AbortSignal;
  readonly #session: ExecSession;
  readonly #listener: AgentListener;
  readonly #ending = new AbortController();
  readonly #open = new Map<number, PromiseWithResolvers<AgentFrame>>();
  readonly #ready = Promise.withResolvers<boolean>();
  #nextId = 1;

  constructor(session: ExecSession, listener: AgentListener) {
    this.#session = session;
    this.#listener = listener;
    this.isReady = this.#ready.promise;
    this.ended = this.#ending.signal;
    session.stderr.resume();
    session.stdin.on('error', () => this.#end());
    void this.#follow();
  }

  async compare(
    wanted: readonly WantedPath[],
    signal: AbortSignal,
  ): Promise<readonly DifferentPath[]> {
    const body = Buffer.from(
      JSON.stringify(wanted.map(({ path, state, bytes }) => [path, state, bytes ?? null])),
    );
    const { header } = await this.#ask({ do: 'compare' }, [body], signal);
    const different = header['different'] as readonly (readonly [string, string | null])[];
    return different.map(([path, state]) => ({ path, state }));
  }

  async apply(
    operations: readonly SyncOperation[],
    batchSignal: BatchSignal | undefined,
    signal: AbortSignal,
  ): Promise<ApplyResult> {
    const header = {
      do: 'apply',
      ops: operations.map(describeOperation),
      ...(batchSignal && { signal: batchSignal }),
    };
    const contents = operations.flatMap(({ content }) => content ?? []);
    const answer = await this.#ask(header, contents, signal);
    return answer.header as unknown as ApplyResult;
  }

  /** Directories at and below the roots, without those of other file systems. */
  async listDirectories(roots: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
    const { header } = await this.#ask({ do: 'directories', roots }, [], signal);
    return header['directories'] as readonly string[];
  }

  /** From now on changes in exactly these directories are told; answers what went wrong. */
  async watch(
    directories: readonly string[],
    signal: AbortSignal,
  ): Promise<Omit<PathError, 'path'> | undefined> {
    const body = Buffer.from(JSON.stringify(directories));
    const { header } = await this.#ask({ do: 'watch' }, [body], signal);
    return (header['problem'] as Omit<PathError, 'path'> | null) ?? undefined;
  }

  async read(paths: readonly string[], signal: AbortSignal): Promise<readonly ReadPath[]> {
    const { header, body } = await this.#ask({ do: 'read', paths }, [], signal);
    const files = header['files'] as readonly (ReadPath &
      PathError & { readonly bytes?: number })[];
    let offset = 0;
    return files.map((file) => {
      const content = body.subarray(offset, (offset += file.bytes ?? 0));
      const error = file.code === undefined ? undefined : file;
      return {
        path: file.path,
        state: file.state ?? null,
        mode: file.mode ?? 0o644,
        content,
        error,
      };
    });
  }

  /** Resolves once all changes so far have been told: the kernel queues them as they happen. */
  async flush(signal: AbortSignal): Promise<void> {
    await this.#ask({ do: 'flush' }, [], signal);
  }

  /** What lies below the roots, but what is never source. `new`: changed since the watch began. */
  async list(
    roots: readonly string[],
    which: 'all' | 'new',
    signal: AbortSignal,
  ): Promise<readonly ReturnedEntry[]> {
    const { body } = await this.#ask({ do: 'list', roots, which }, [], signal);
    const rows = JSON.parse(body.toString()) as readonly (readonly [
      path: string,
      kind: 'file' | 'dir',
      bytes: number,
    ])[];
    return rows.map(([path, kind, bytes]) => ({ path, kind, bytes }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end();
    await this.#session[Symbol.asyncDispose]();
  }

  async #ask(header: object, body: readonly Buffer[], signal: AbortSignal): Promise<AgentFrame> {
    signal.throwIfAborted();
    if (this.ended.aborted) throw new TransportEnded();
    const id = this.#nextId++;
    const answer = Promise.withResolvers<AgentFrame>();
    this.#open.set(id, answer);
    const abort = (): void => answer.reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    // Awaited below; until then a failure must not count as unhandled.
    answer.promise.catch(() => {});
    try {
      const bytes = body.reduce((sum, part) => sum + part.length, 0);
      await this.#write([encodeFrameStart({ ...header, id }, bytes), ...body]);
      return await answer.promise;
    } finally {
      this.#open.delete(id);
      signal.removeEventListener('abort', abort);
    }
  }

  async #write(parts: readonly Buffer[]): Promise<void> {
    const { stdin } = this.#session;
    const total = parts.reduce((sum, part) => sum + part.length, 0);
    const chunks = total < 64 * 1024 ? [Buffer.concat(parts)] : parts;
    stdin.cork();
    for (const chunk of chunks) {
      if (stdin.write(chunk) || chunk === chunks.at(-1)) continue;
      stdin.uncork();
      await once(stdin, 'drain', { signal: this.ended }).catch(() => {
        throw new TransportEnded();
      });
      stdin.cork();
    }
    stdin.uncork();
  }

  async #follow(): Promise<void> {
    const readFrames = createFrameReader();
    try {
      for await (const chunk of this.#session.stdout) {
        for (const frame of readFrames(chunk as Buffer)) this.#take(frame);
      }
    } catch {
      // A broken stream is an ended one.
    }
    this.#end();
  }

  #take(frame: AgentFrame): void {
    const { header } = frame;
    if (header['event'] === 'ready') this.#ready.resolve(true);
    else if (header['event'] === 'changed') {
      const entries = header['entries'] as readonly ReturnedEntry[];
      this.#listener.onChanged(entries, header['lost'] === true);
    } else this.#open.get(Number(header['re']))?.resolve(frame);
  }

  #end(): void {
    this.#ready.resolve(false);
    for (const answer of this.#open.values()) answer.reject(new TransportEnded());
    this.#ending.abort(new TransportEnded());
  }
}

function describeOperation(operation: SyncOperation): object {
  const { type, path, state, base, mode, owner, chmod, content, linkTarget } = operation;
  return {
    do: type,
    path,
    state,
    mode,
    ...(base !== undefined && { base }),
    ...(owner !== undefined && { owner }),
    ...(chmod !== undefined && { chmod }),
    ...(content && { bytes: content.length }),
    ...(linkTarget !== undefined && { target: linkTarget }),
  };
}
