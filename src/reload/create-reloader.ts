import type { Clock } from '../context/clock.ts';
import type { Engine } from '../engine/engine.ts';
import { Bridge, BridgeEnded, type BridgeAnswer } from './bridge.ts';
import type { BridgeError } from './bridge-message.ts';
import type { PlainReload, ReloadNote, ReloadPlan } from './plan.ts';
import { readNotices, reloadPlainly } from './plain-reload.ts';
import { tryApplication } from './try-application.ts';
import { QueuedReload } from './queued-reload.ts';
import type { ReloadError, ReloadKind, ReloadResult } from './reload-result.ts';

/** What a reloader tells besides its results. */
export type ReloadEvent =
  /** Something a developer should know; each code once. */
  | { readonly type: 'reload-noted'; readonly note: ReloadNote }
  /** Without a reload having been asked for: the code could not be loaded at the start. */
  | { readonly type: 'reload-failed'; readonly error: ReloadError }
  /** After that, and without a reload having been asked for: code serves again. */
  | { readonly type: 'reload-served' };

export interface ReloaderOptions {
  readonly engine: Engine;
  /** A container that runs with the plan's environment, tmpfs and seed. */
  readonly containerId: string;
  readonly plan: ReloadPlan;
  readonly emit: (event: ReloadEvent) => void;
  /** Has requests wait while the container is started anew. */
  readonly hold?: (restart: () => Promise<void>) => Promise<void>;
  readonly clock: Clock;
  /** Ends all waits. */
  readonly signal: AbortSignal;
}

/** Makes one process take new code. */
export interface Reloader extends AsyncDisposable {
  /**
   * To be called when edits have arrived in the container; paths are absolute there. Resolves when
   * the new code serves, or when it is clear that it cannot; the old code then goes on. One reload
   * is in flight at a time, and all calls meanwhile share the next one.
   */
  reload(changedPaths: readonly string[]): Promise<ReloadResult>;
}

/** How long a server may take from its start until it can be asked. */
const greetingMs = 10_000;
/** How often it is asked meanwhile whether it will ever be. */
const refusalMs = 300;

/** Connects to the process at once, so that even the first reload finds the way open. */
export function createReloader(options: ReloaderOptions): Reloader {
  return new ProcessReloader(options);
}

class ProcessReloader implements Reloader {
  readonly #options: ReloaderOptions;
  readonly #queue: QueuedReload;
  readonly #told = new Set<string>();
  #bridge: Promise<Bridge | undefined> | undefined;
  #isBroken = false;
  /** A server that did not answer once is not waited for again. */
  #hasWaited = false;
  /** The application could be loaded beside its server once, so a failure to is the code's. */
  #isTriable: Promise<boolean> = Promise.resolve(false);

  constructor(options: ReloaderOptions) {
    this.#options = options;
    this.#queue = new QueuedReload((paths) => this.#reloadNow(paths));
    this.#tell(options.plan.notes);
    if (options.plan.method.type === 'layers') {
      this.#bridge = this.#open();
      this.#bridge.catch(() => {});
    } else if (options.plan.method.type !== 'own') {
      this.#isTriable = this.#try().then((error) => error === null);
    }
  }

  reload(changedPaths: readonly string[]): Promise<ReloadResult> {
    return this.#queue.add(changedPaths);
  }

  async #reloadNow(paths: readonly string[]): Promise<ReloadResult> {
    const { clock, plan, signal } = this.#options;
    signal.throwIfAborted();
    const started = clock.monotonicMs();
    const answer = await this.#carryOut(plan, paths);
    const ms = clock.monotonicMs() - started;
    this.#isBroken = false;
    if (answer.type === 'taken') return { kind: answer.kind, ms };
    return { kind: 'none', ms, error: describeError(answer.error, answer.serves) };
  }

  async #carryOut({ method }: ReloadPlan, paths: readonly string[]): Promise<BridgeAnswer> {
    if (method.type === 'own') return taken('none');
    if (method.type !== 'layers') return await this.#reloadPlainly(method);
    for (let attempt = 0; attempt < 2; attempt += 1) {
      try {
        const bridge = await (this.#bridge ??= this.#open());
        if (bridge === undefined || !(await this.#isGreeted(bridge))) break;
        return await bridge.ask(paths);
      } catch (error) {
        // The container was started anew: so was its code, and another bridge reaches it.
        this.#bridge = undefined;
        if (!(error instanceof BridgeEnded)) throw error;
      }
    }
    await this.#explainFallback();
    return await this.#reloadPlainly(method.otherwise);
  }

  /** These servers keep no old code when they cannot load the new one, so it is tried before. */
  async #reloadPlainly(method: PlainReload): Promise<BridgeAnswer> {
    const { engine, containerId, signal, hold } = this.#options;
    const wasTriable = await this.#isTriable;
    const error = await this.#try();
    if (error && wasTriable) return { type: 'failed', error, serves: true };
    if (error === null) this.#isTriable = Promise.resolve(true);
    return taken(await reloadPlainly({ engine, containerId, hold }, method, signal));
  }

  async #try(): ReturnType<typeof tryApplication> {
    const { engine, containerId, plan, signal } = this.#options;
    if (plan.application === undefined) return undefined;
    // A container that does not run is to be started, whatever its code is.
    return await tryApplication(engine, containerId, plan.application, signal).catch(
      () => undefined,
    );
  }

  async #explainFallback(): Promise<void> {
    const { engine, containerId, signal } = this.#options;
    this.#tell(await readNotices(engine, containerId, signal));
    const text = 'The server cannot be reloaded in layers, so each edit reloads it as a whole.';
    if (!this.#told.has('plain')) this.#tell([{ code: 'plain', text }]);
  }

  async #open(): Promise<Bridge | undefined> {
    const { engine, containerId, signal, emit } = this.#options;
    return await Bridge.open(
      engine,
      containerId,
      {
        onNotes: (notes) => this.#tell(notes),
        onFailed: (error, serves) => {
          this.#isBroken = true;
          emit({ type: 'reload-failed', error: describeError(error, serves) });
        },
        onServing: () => {
          if (this.#isBroken) emit({ type: 'reload-served' });
          this.#isBroken = false;
        },
      },
      signal,
    );
  }

  async #isGreeted(bridge: Bridge): Promise<boolean> {
    const { clock, signal } = this.#options;
    let greeted = false;
    const greet = async (): Promise<void> => {
      await bridge.greeted;
      greeted = true;
    };
    const greeting = greet();
    const endMs = clock.monotonicMs() + (this.#hasWaited ? 0 : greetingMs);
    for (;;) {
      const done = new AbortController();
      const later = clock.sleep(
        Math.max(0, Math.min(refusalMs, endMs - clock.monotonicMs())),
        AbortSignal.any([signal, done.signal]),
      );
      try {
        await Promise.race([greeting, later]);
      } finally {
        done.abort();
        later.catch(() => {});
        greeting.catch(() => {});
      }
      this.#hasWaited = !greeted;
      if (greeted || clock.monotonicMs() >= endMs || (await this.#isRefused())) return greeted;
    }
  }

  /** Whether the container's side has said that it does without layers. */
  async #isRefused(): Promise<boolean> {
    const { engine, containerId, signal } = this.#options;
    const notes = await readNotices(engine, containerId, signal);
    return notes.some(({ code }) => code === 'plain');
  }

  #tell(notes: readonly ReloadNote[]): void {
    for (const note of notes) {
      if (this.#told.has(note.code)) continue;
      this.#told.add(note.code);
      this.#options.emit({ type: 'reload-noted', note });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const bridge = await this.#bridge?.catch(() => undefined);
    await bridge?.[Symbol.asyncDispose]();
  }
}

function taken(kind: ReloadKind): BridgeAnswer {
  return { type: 'taken', kind };
}

function describeError({ file, line, ...error }: BridgeError, serves: boolean): ReloadError {
  return { ...error, file: file ?? undefined, line: line ?? undefined, serves };
}
