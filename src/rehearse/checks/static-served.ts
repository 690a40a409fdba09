import type { Finding } from '../../report/finding.ts';
import type { StaticPlace } from './static-place.ts';

/** What the booted application should find, and what it found. */
export interface StaticExpectation {
  readonly place: StaticPlace;
  readonly root: string | undefined;
  /** What collectstatic finds in the project. */
  readonly files: number;
  /** The application itself serves the files, or needs their manifest to render a page. */
  readonly needed: boolean;
}

/**
 * Judges the booted container: `filesThere` files lie in its STATIC_ROOT. Nothing to say when the
 * files are there, or when there is nothing to collect.
 */
export function checkStaticServed(
  expected: StaticExpectation,
  filesThere: number,
): readonly Finding[] {
  const { place, root, files, needed } = expected;
  const wanted = (place === 'nowhere' || place === 'start') && files > 0;
  if (!wanted || filesThere > 0) return [];
  const where = root ?? 'STATIC_ROOT';
  return [
    {
      code: 'static-not-collected',
      level: needed ? 'fail' : 'warn',
      step: 'boot',
      title: `Nothing in production runs collectstatic: ${where} is empty in the booted container.`,
      detail:
        place === 'start'
          ? 'The start command names collectstatic, but after booting there was no file.'
          : `collectstatic finds ${files} files. Neither the Dockerfile, nor a release command, nor the start command runs it.`,
      hint: needed
        ? 'Add “RUN python manage.py collectstatic --noinput” to the Dockerfile, after COPY.'
        : 'If something else collects and serves them (a CDN, a web server beside it), this is fine.',
    },
  ];
}
