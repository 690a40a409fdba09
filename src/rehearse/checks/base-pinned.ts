import type { Dockerfile } from '../../project/dockerfile.ts';
import type { Finding } from '../../report/finding.ts';

/** Bases whose tag moves with every release of theirs; earlier stages and scratch have none. */
export function checkBasesPinned({ stages }: Pick<Dockerfile, 'stages'>): readonly Finding[] {
  const own = new Set(stages.flatMap(({ name }) => (name === undefined ? [] : [name])));
  return stages
    .filter(({ base }) => !own.has(base) && base !== 'scratch' && !base.includes('$'))
    .filter(({ base }) => isMoving(base))
    .map(({ base, location }) => ({
      code: 'base-not-pinned',
      level: 'warn',
      step: 'preflight',
      title: `The base image ${base} is another one tomorrow.`,
      detail: 'It has no tag, or the tag latest.',
      hint: 'Name a version, for example python:3.13-slim, or a digest.',
      location,
    }));
}

function isMoving(reference: string): boolean {
  if (reference.includes('@sha256:')) return false;
  const name = reference.slice(reference.lastIndexOf('/') + 1);
  return !name.includes(':') || name.endsWith(':latest');
}
