import type { Derived } from './derived.ts';
import type { KeyPath } from './manifest-file.ts';
import type { Manifest } from './manifest.ts';
import type { Origin } from './project.ts';
import { formatKeyPath } from './validate-manifest.ts';

/** Collects where each value of the project comes from, by key path. */
export interface OriginMap {
  set(key: string, origin: Origin | undefined): void;
  all(): Readonly<Record<string, Origin>>;
}

export function createOriginMap(): OriginMap {
  const origins: Record<string, Origin> = {};
  return {
    set: (key, origin) => {
      if (origin !== undefined) origins[key] = origin;
    },
    all: () => origins,
  };
}

/**
 * The manifest's value if it has one, else the derived one; notes the origin under the key path
 * either way.
 */
export function choose<T>(
  declared: T | undefined,
  derived: Derived<T> | undefined,
  place: { readonly keys: KeyPath; readonly manifest: Manifest; readonly origins: OriginMap },
): T | undefined {
  const { keys, manifest, origins } = place;
  origins.set(
    formatKeyPath(keys),
    declared === undefined ? derived?.origin : manifest.originOf(keys),
  );
  return declared ?? derived?.value;
}
