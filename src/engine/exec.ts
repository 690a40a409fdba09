import { PassThrough, type Duplex } from 'node:stream';
import { systemClock } from '../context/clock.ts';
import { DjdevError } from '../errors/djdev-error.ts';
import { environmentLines } from './container-options.ts';
import { createDemultiplexer, passThroughTerminal } from './demultiplex.ts';
import { askEngine, openEngineConnection, tellEngine } from './engine-call.ts';
import type { EngineHttp } from './engine-http.ts';
import type { ExecRequest, ExecSession } from './engine.ts';
import { EngineRefusal } from './engine-refusal.ts';
import { translateEngineError } from './translate-engine-error.ts';

/** Bytes of either stream held for its reader before the command has to wait. */
const streamBufferBytes = 1024 * 1024;

/**
 * Starts a command in a running container, its streams attached. stdout and stderr must both be
 * read (or resumed): one that is not holds up the other after 1 MiB. The signal cuts the
 * connection; so does disposal, and a command that reads stdin then sees its end.
 */
export async function exec(
  http: EngineHttp,
  id: string,
  request: ExecRequest & { readonly detachStdin?: boolean },
  signal: AbortSignal,
): Promise<ExecSession> {
  const doing = `run \`${shorten(request.command)}\` in container ${id}`;
  const execId = await createExec(http, id, request, doing, signal);
  const connection = await openEngineConnection(
    http,
    {
      method: 'POST',
      path: `/exec/${execId}/start`,
      json: { Detach: false, Tty: request.tty ?? false },
      doing,
    },
    signal,
  );
  const output = divideOutput(connection, request.tty ?? false);
  const exited = output.ended.then(
    () => readExitCode(http, execId, output.beginning(), doing, signal),
    (error: unknown) => {
      signal.throwIfAborted();
      throw translateEngineError(error, doing);
    },
  );
  // Whoever does not ask how the command ended must not be stopped by how it did.
  exited.catch(() => {});

  return {
    stdin: connection,
    stdout: output.stdout,
    stderr: output.stderr,
    exited,
    async resize(columns, rows) {
      const query = { h: rows, w: columns };
      const path = `/exec/${execId}/resize`;
      await tellEngine(
        http,
        { method: 'POST', path, query, doing: 'resize a terminal' },
        [],
        signal,
      );
    },
    async [Symbol.asyncDispose]() {
      connection.destroy();
    },
  };
}

async function createExec(
  http: EngineHttp,
  id: string,
  request: ExecRequest & { readonly detachStdin?: boolean },
  doing: string,
  signal: AbortSignal,
): Promise<string> {
  const { command, environment, user, workingDirectory, tty = false } = request;
  const json = {
    Cmd: command,
    AttachStdin: !request.detachStdin,
    AttachStdout: true,
    AttachStderr: true,
    Tty: tty,
    ...(environment && { Env: environmentLines(environment) }),
    ...(user !== undefined && { User: user }),
    ...(workingDirectory !== undefined && { WorkingDir: workingDirectory }),
  };
  const call = { method: 'POST', path: `/containers/${id}/exec`, json, doing } as const;
  const created = await askEngine<{ readonly Id: string }>(http, call, signal);
  return created.Id;
}

/** The two streams of an attached process. */
export interface DividedOutput {
  readonly stdout: PassThrough;
  readonly stderr: PassThrough;
  /** Rejects when the connection breaks. */
  readonly ended: Promise<void>;
  /** The first bytes of stdout: where the engine says that there is no such command. */
  readonly beginning: () => string;
}

/** Takes the streams of an attached process apart as they come. */
export function divideOutput(connection: Duplex, tty: boolean): DividedOutput {
  const stdout = new PassThrough({ highWaterMark: streamBufferBytes });
  const stderr = new PassThrough({ highWaterMark: streamBufferBytes });
  const divide = tty ? passThroughTerminal : createDemultiplexer();
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  let beginning = Buffer.alloc(0);
  ended.catch(() => {});

  connection.on('data', (bytes: Buffer) => {
    if (beginning.length < 1024) beginning = Buffer.concat([beginning, bytes]).subarray(0, 1024);
    for (const chunk of divide(bytes)) {
      const target = chunk.stream === 'stdout' ? stdout : stderr;
      if (target.write(chunk.bytes) || connection.isPaused()) continue;
      connection.pause();
      target.once('drain', () => connection.resume());
    }
  });
  connection.once('error', (error) => {
    reject(error);
    stdout.destroy(error);
    stderr.destroy(error);
  });
  connection.once('close', () => {
    resolve();
    stdout.end();
    stderr.end();
  });
  // The listeners above keep an early error from being uncaught; these do it for the two streams.
  stdout.on('error', () => {});
  stderr.on('error', () => {});
  return { stdout, stderr, ended, beginning: () => beginning.toString('utf8') };
}

/** The engine may still call the command running just after its streams have ended. */
async function readExitCode(
  http: EngineHttp,
  execId: string,
  beginning: string,
  doing: string,
  signal: AbortSignal,
): Promise<number> {
  const call = { method: 'GET', path: `/exec/${execId}/json`, doing } as const;
  for (let waitMs = 1; ; waitMs = Math.min(waitMs * 2, 100)) {
    const found = await askEngine<{ readonly Running: boolean; readonly ExitCode: number | null }>(
      http,
      call,
      signal,
    );
    if (!found.Running && found.ExitCode !== null) {
      throwIfNotExecutable(found.ExitCode, beginning, doing);
      return found.ExitCode;
    }
    await systemClock.sleep(waitMs, signal);
  }
}

/** By then the answer has begun, so the engine writes its refusal where the output would be. */
function throwIfNotExecutable(exitCode: number, beginning: string, doing: string): void {
  if (exitCode !== 126 && exitCode !== 127) return;
  const text = /(OCI runtime exec failed|crun: |runc: )[^\r\n]*/.exec(beginning)?.[0];
  if (text === undefined) return;
  const error = translateEngineError(new EngineRefusal(400, text), doing);
  if (error instanceof DjdevError) throw error;
}

/** A command may carry a whole program as an argument; its beginning tells which one it is. */
function shorten(command: readonly string[]): string {
  const text = command.join(' ').replaceAll(/\s+/g, ' ');
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
