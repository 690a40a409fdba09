import { posix } from 'node:path';
import type { ContainerSpec, ImageFacts } from '../engine/engine.ts';

/** A container that waits, and the command that is to be executed in it. */
export interface HeldOneOff {
  readonly spec: ContainerSpec;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Holds the container for as long as djdev holds its stdin; orphans are taken off its hands. */
const holder = `
import signal, sys
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
signal.signal(signal.SIGTERM, lambda *_: sys.exit())
while sys.stdin.buffer.read(4096):
    pass
`.trim();

/** They start others only as the first process of a container. */
const firstOnly: ReadonlySet<string> = new Set(['init', 'catatonit', 's6-svscan']);
const tini: ReadonlySet<string> = new Set(['tini', 'tini-static', 'docker-init']);

/**
 * The same one-off container with the command taken out of it, to be executed there later: so it
 * can be watched before the command starts, and is still there when that has ended. `undefined`
 * where the ENTRYPOINT must be the first process. Needs `python3` in the image. Pure.
 */
export function holdOneOff(
  spec: ContainerSpec,
  image: Pick<ImageFacts, 'entrypoint'>,
): HeldOneOff | undefined {
  const entrypoint = spec.entrypoint ?? image.entrypoint;
  const first = posix.basename(entrypoint[0] ?? '');
  if (firstOnly.has(first)) return undefined;
  return {
    spec: { ...spec, entrypoint: ['python3', '-I', '-S', '-B', '-c', holder], command: [] },
    command: [...entrypoint, ...(spec.command ?? [])],
    // Without it tini complains that it is not the first.
    environment: tini.has(first) ? { TINI_SUBREAPER: '1' } : {},
  };
}
