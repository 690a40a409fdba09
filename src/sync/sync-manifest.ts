import type { PathState } from './path-state.ts';

/** A path on which both sides agreed last. */
export interface AgreedPath {
  readonly hostPath: string;
  readonly containerPath: string;
  readonly state: PathState;
}

/** What host and container last had in common, by container path. */
export class SyncManifest {
  readonly #agreed = new Map<string, AgreedPath>();
  readonly #byHost = new Map<string, Set<string>>();
  /** Container paths that were reported as changed on both sides and wait for somebody's decision. */
  readonly conflicted = new Set<string>();
  /** Container paths of files too large to be brought back, of which somebody has been told. */
  readonly leftBehind = new Set<string>();

  get size(): number {
    return this.#agreed.size;
  }

  stateOf(containerPath: string): PathState | null {
    return this.#agreed.get(containerPath)?.state ?? null;
  }

  set(entry: AgreedPath): void {
    this.#agreed.set(entry.containerPath, entry);
    const paths = this.#byHost.get(entry.hostPath) ?? new Set();
    paths.add(entry.containerPath);
    this.#byHost.set(entry.hostPath, paths);
  }

  delete(containerPath: string): void {
    const entry = this.#agreed.get(containerPath);
    if (!entry) return;
    this.#agreed.delete(containerPath);
    const paths = this.#byHost.get(entry.hostPath);
    paths?.delete(containerPath);
    if (paths?.size === 0) this.#byHost.delete(entry.hostPath);
  }

  clear(): void {
    this.#agreed.clear();
    this.#byHost.clear();
    this.conflicted.clear();
  }

  all(): IterableIterator<AgreedPath> {
    return this.#agreed.values();
  }

  /** What one host path, not those below it, has in the container. */
  at(hostPath: string): readonly AgreedPath[] {
    const paths = this.#byHost.get(hostPath) ?? [];
    return [...paths].flatMap((path) => this.#agreed.get(path) ?? []);
  }

  below(hostPath: string): readonly AgreedPath[] {
    const prefix = `${hostPath}/`;
    return [...this.#agreed.values()].filter((entry) => entry.hostPath.startsWith(prefix));
  }
}
