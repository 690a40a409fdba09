import type { ReloadResult } from './reload-result.ts';

interface Waiting {
  readonly paths: Set<string>;
  readonly result: PromiseWithResolvers<ReloadResult>;
}

/** One reload in flight, at most one queued; what is added meanwhile joins the queued one. */
export class QueuedReload {
  readonly #reload: (paths: readonly string[]) => Promise<ReloadResult>;
  #waiting: Waiting | undefined;
  #running = false;

  constructor(reload: (paths: readonly string[]) => Promise<ReloadResult>) {
    this.#reload = reload;
  }

  add(paths: readonly string[]): Promise<ReloadResult> {
    this.#waiting ??= { paths: new Set(), result: Promise.withResolvers() };
    const { result } = this.#waiting;
    for (const path of paths) this.#waiting.paths.add(path);
    void this.#run();
    return result.promise;
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    for (let next = this.#take(); next; next = this.#take()) {
      await this.#reload([...next.paths]).then(next.result.resolve, next.result.reject);
    }
    this.#running = false;
  }

  #take(): Waiting | undefined {
    const next = this.#waiting;
    this.#waiting = undefined;
    return next;
  }
}
