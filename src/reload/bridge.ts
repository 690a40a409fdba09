import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Engine, ExecSession } from '../engine/engine.ts';
import { type BridgeError, type BridgeMessage, parseBridgeMessage } from './bridge-message.ts';
import { reloadDirectory, type ReloadNote } from './plan.ts';
import { readBridge } from './python-source.ts';
import type { ReloadKind } from './reload-result.ts';

/** What the container's side answered. */
export type BridgeAnswer = { readonly type: 'taken'; readonly kind: ReloadKind } | BridgeFailure;

/** `serves`: whether the code that was there before goes on. */
interface BridgeFailure {
  readonly type: 'failed';
  readonly error: BridgeError;
  readonly serves: boolean;
}

/** What it says without having been asked. */
export interface BridgeListener {
  onNotes(notes: readonly ReloadNote[]): void;
  onFailed(error: BridgeError, serves: boolean): void;
  onServing(): void;
}

interface Request {
  readonly id: number;
  readonly paths: readonly string[];
  readonly answer: PromiseWithResolvers<BridgeAnswer>;
  /** The server itself starts anew: the next process that serves is the answer. */
  restarting: boolean;
}

const interpreters = ['python3', 'python'];
/** Without the user's site, environment and bytecode: nothing of the project can get in the way. */
const flags = ['-I', '-S', '-B', '-u', '-c'];

/** The exec is no more: its container stopped. */
export class BridgeEnded extends Error {
  override readonly name = 'BridgeEnded';
  constructor() {
    super('The connection to the reloading server has ended.');
  }
}

/** One exec whose streams lead to the reload socket of a container. One request at a time. */
export class Bridge implements AsyncDisposable {
  readonly #session: ExecSession;
  readonly #listener: BridgeListener;
  /** `false` when the program ended without a word: no such interpreter. */
  readonly #started = Promise.withResolvers<boolean>();
  readonly #greeted = Promise.withResolvers<void>();
  #request: Request | undefined;
  #nextId = 1;
  #ended = false;

  private constructor(session: ExecSession, listener: BridgeListener) {
    this.#session = session;
    this.#listener = listener;
    this.#greeted.promise.catch(() => {});
    session.stderr.resume();
    session.stdin.on('error', () => {});
    void this.#follow();
  }

  /** Runs in a container that runs; `undefined` when it has no Python. */
  static async open(
    engine: Engine,
    containerId: string,
    listener: BridgeListener,
    signal: AbortSignal,
  ): Promise<Bridge | undefined> {
    const program = await readBridge();
    const socket = `${reloadDirectory}/state/reload.sock`;
    for (const interpreter of interpreters) {
      const command = [interpreter, ...flags, program, socket];
      const session = await engine.exec(containerId, { command, workingDirectory: '/' }, signal);
      const bridge = new Bridge(session, listener);
      if (await bridge.#started.promise) return bridge;
      await bridge[Symbol.asyncDispose]();
      signal.throwIfAborted();
    }
    return undefined;
  }

  /** Resolves when the server has said hello; rejects with `BridgeEnded`. */
  get greeted(): Promise<void> {
    return this.#greeted.promise;
  }

  /** Resolves when the new code serves or cannot; rejects with `BridgeEnded`. */
  async ask(paths: readonly string[]): Promise<BridgeAnswer> {
    if (this.#ended) throw new BridgeEnded();
    const answer = Promise.withResolvers<BridgeAnswer>();
    this.#request = { id: this.#nextId++, paths, answer, restarting: false };
    this.#send(this.#request);
    return await answer.promise;
  }

  #send({ id, paths }: Request): void {
    this.#session.stdin.write(`${JSON.stringify({ type: 'reload', id, paths })}\n`);
  }

  async #follow(): Promise<void> {
    const lines = createInterface({ input: this.#session.stdout });
    lines.on('line', (line) => {
      const message = parseBridgeMessage(line);
      if (message !== undefined) this.#take(message);
    });
    await once(lines, 'close').catch(() => undefined);
    this.#ended = true;
    this.#started.resolve(false);
    this.#greeted.reject(new BridgeEnded());
    this.#request?.answer.reject(new BridgeEnded());
  }

  #take(message: BridgeMessage): void {
    this.#listener.onNotes(message.notices);
    const request = this.#request;
    switch (message.type) {
      case 'hello':
        this.#greeted.resolve();
        return this.#takeHello(message, request);
      case 'reloaded':
        return this.#settle(request, message.id, { type: 'taken', kind: message.kind });
      case 'failed':
        return this.#takeFailure(message, request);
      case 'restarting':
        if (request !== undefined && request.id === message.id) request.restarting = true;
        return undefined;
      case 'serving':
        return this.#takeServing(request);
      case 'started':
        return this.#started.resolve(true);
      case 'lost':
        return undefined;
      default:
        return message satisfies never;
    }
  }

  #takeHello(message: BridgeMessage & { type: 'hello' }, request: Request | undefined): void {
    if (message.failure !== null) {
      const serves = message.serving !== null;
      return this.#takeFailure({ error: message.failure, serves }, request);
    }
    if (request?.restarting === false) return this.#send(request);
    if (message.serving !== null) this.#takeServing(request);
  }

  #takeServing(request: Request | undefined): void {
    if (request?.restarting) this.#finish(request, { type: 'taken', kind: 'cold' });
    else this.#listener.onServing();
  }

  #takeFailure(
    { id, error, serves }: Omit<BridgeFailure, 'type'> & { readonly id?: number | undefined },
    request: Request | undefined,
  ): void {
    if (request && (request.id === id || request.restarting)) {
      this.#finish(request, { type: 'failed', error, serves });
    } else this.#listener.onFailed(error, serves);
  }

  #settle(request: Request | undefined, id: number | undefined, answer: BridgeAnswer): void {
    if (request && request.id === id) this.#finish(request, answer);
    else this.#listener.onServing();
  }

  #finish(request: Request, answer: BridgeAnswer): void {
    this.#request = undefined;
    request.answer.resolve(answer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session[Symbol.asyncDispose]();
  }
}
