import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import type { Engine, ExecResult } from '../engine/engine.ts';
import { DjdevError } from '../errors/djdev-error.ts';
import { reloadDirectory } from './plan.ts';
import { readEditor } from './python-source.ts';

/** What is put beside the application; pure Python, so it runs in every image. */
export const debugpyVersion = '1.8.22';

const state = `${reloadDirectory}/state`;
const python = ['python3', '-I', '-B', '-u', '-c'];

/** A process and where debugpy is kept between runs. */
export interface DebuggedProcess {
  readonly engine: Engine;
  readonly containerId: string;
  readonly process: string;
  /** A file of the host for debugpy once it has been fetched. */
  readonly cacheFile: string;
}

/**
 * Puts debugpy into a running container and has a process serve that loads it. Nothing of the image
 * changes: it lies in a tmpfs, and goes when the container stops. Throws `DJ-DEBUGPY` when it cannot
 * be fetched, and when the process is not one that is reloaded in layers.
 */
export async function injectDebugpy(debugged: DebuggedProcess, signal: AbortSignal): Promise<void> {
  const { engine, containerId, process } = debugged;
  const input = await readDebugpy(debugged, signal);
  const command = [...python, await readEditor(), 'begin', state];
  const result = await engine.execToEnd(containerId, { command, input }, signal);
  if (result.exitCode === 0) return;
  throw new DjdevError('DJ-DEBUGPY', {
    message: `The process ${process} cannot load debugpy, because djdev does not reload it in layers.`,
    hint: 'It works with gunicorn, uvicorn, hypercorn and celery that djdev up started without --no-sync.',
    output: lastLines(result),
  });
}

/** debugpy in base64: from an earlier run, else by the image's own pip. */
async function readDebugpy(
  { engine, containerId, cacheFile }: DebuggedProcess,
  signal: AbortSignal,
): Promise<string> {
  const cached = await readFile(cacheFile, 'utf8').catch(() => undefined);
  if (cached !== undefined) return cached;
  const command = [...python, await readEditor(), 'fetch', debugpyVersion];
  const result = await engine.execToEnd(containerId, { command }, signal);
  if (result.exitCode !== 0) {
    throw new DjdevError('DJ-DEBUGPY', {
      message: `The image's pip could not fetch debugpy ${debugpyVersion}.`,
      hint: 'It needs pip in the image and a package index that the container reaches, once; later runs take it from the cache of djdev.',
      output: lastLines(result),
    });
  }
  await mkdir(dirname(cacheFile), { recursive: true });
  const temporary = `${cacheFile}.${process.pid}`;
  await writeFile(temporary, result.stdout);
  await rename(temporary, cacheFile);
  return result.stdout;
}

/**
 * Listens on 127.0.0.1 and joins every connection with the debugpy of the process that serves at
 * that moment; one that comes between two processes waits. Close it to end that. Throws
 * `DJ-PORT-TAKEN`.
 */
export async function listenForEditor(
  { engine, containerId }: DebuggedProcess,
  port: number,
  signal: AbortSignal,
): Promise<Server> {
  const command = [...python, await readEditor(), 'relay', state];
  const join = async (socket: Socket): Promise<void> => {
    const ended = new AbortController();
    socket.once('close', () => ended.abort());
    const within = AbortSignal.any([signal, ended.signal]);
    await using session = await engine.exec(containerId, { command }, within);
    session.stdin.on('error', () => {});
    session.stderr.resume();
    socket.pipe(session.stdin);
    session.stdout.pipe(socket);
    await session.exited;
  };
  const server = createServer((socket) => {
    socket.on('error', () => {});
    // The editor went away, or the container did.
    void join(socket).catch(() => socket.destroy());
  });
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject);
  server.listen({ host: '127.0.0.1', port, signal }, listening.resolve);
  try {
    await listening.promise;
  } catch (cause) {
    throw new DjdevError('DJ-PORT-TAKEN', {
      message: `Port ${port} of 127.0.0.1 cannot be listened on for the editor.`,
      hint: 'Give another one: djdev debug --port 5679.',
      cause,
    });
  }
  return server;
}

function lastLines({ stderr }: ExecResult): readonly string[] {
  return stderr.trimEnd().split('\n').slice(-8);
}
