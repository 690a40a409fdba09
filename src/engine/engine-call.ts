import type { Duplex, Readable } from 'node:stream';
import type { EngineHttp, EngineMethod, EngineReply, EngineRequestOptions } from './engine-http.ts';
import { EngineRefusal, readEngineMessage, readText } from './engine-refusal.ts';
import { translateEngineError } from './translate-engine-error.ts';

/** One request in terms of what djdev wants. */
export interface EngineCall {
  readonly method: EngineMethod;
  readonly path: string;
  readonly query?: EngineRequestOptions['query'];
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is, as a tar archive. */
  readonly archive?: Readable | Buffer;
  /** Completes "could not …" in errors. */
  readonly doing: string;
}

/** The JSON answer. Throws a translated `DjdevError` when the engine refuses or is gone. */
export async function askEngine<T>(
  http: EngineHttp,
  call: EngineCall,
  signal: AbortSignal,
): Promise<T> {
  return await translated(call, signal, async () => {
    const reply = await accepted(http, call, [], signal);
    return JSON.parse(await readText(reply.body)) as T;
  });
}

/** Like `askEngine`, but `undefined` when the engine answers 404. */
export async function findOnEngine<T>(
  http: EngineHttp,
  call: EngineCall,
  signal: AbortSignal,
): Promise<T | undefined> {
  return await translated(call, signal, async () => {
    const reply = await accepted(http, call, [404], signal);
    const text = await readText(reply.body);
    return reply.status === 404 ? undefined : (JSON.parse(text) as T);
  });
}

/** A request without an answer to read. Statuses in `tolerated` are no error; answers the status. */
export async function tellEngine(
  http: EngineHttp,
  call: EngineCall,
  tolerated: readonly number[],
  signal: AbortSignal,
): Promise<number> {
  return await translated(call, signal, async () => {
    const reply = await accepted(http, call, tolerated, signal);
    await readText(reply.body);
    return reply.status;
  });
}

/** The answer's body as it comes. Throws a translated error when the engine refuses. */
export async function openEngineStream(
  http: EngineHttp,
  call: EngineCall,
  signal: AbortSignal,
): Promise<Readable> {
  return await translated(call, signal, async () => {
    const reply = await accepted(http, call, [], signal);
    return reply.body;
  });
}

/** The raw connection of attach and exec. Throws a translated error when the engine refuses. */
export async function openEngineConnection(
  http: EngineHttp,
  call: EngineCall,
  signal: AbortSignal,
): Promise<Duplex> {
  return await translated(call, signal, async () => {
    const options = { ...requestOptions(call), protocol: 'tcp' as const };
    return await http.upgrade(call.method, call.path, options, signal);
  });
}

async function accepted(
  http: EngineHttp,
  call: EngineCall,
  tolerated: readonly number[],
  signal: AbortSignal,
): Promise<EngineReply> {
  const reply = await http.request(call.method, call.path, requestOptions(call), signal);
  if (reply.status < 400 || tolerated.includes(reply.status)) return reply;
  throw new EngineRefusal(reply.status, await readEngineMessage(reply.body));
}

function requestOptions(call: EngineCall): EngineRequestOptions {
  const query = call.query ?? {};
  if (call.json !== undefined) {
    const headers = { 'Content-Type': 'application/json' };
    return { query, headers, body: JSON.stringify(call.json) };
  }
  if (call.archive !== undefined) {
    return { query, headers: { 'Content-Type': 'application/x-tar' }, body: call.archive };
  }
  return { query };
}

async function translated<T>(
  call: EngineCall,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    throw translateEngineError(error, call.doing);
  }
}
