import * as v from 'valibot';
import { text } from './manifest-values.ts';

const targetMessage = 'an absolute path in the container such as /app/tests';

const rule = v.strictObject({
  path: v.optional(
    text(
      'a path such as tests, or a pattern such as locale/**',
      'What it is about, relative to the build context, as COPY writes it.',
    ),
  ),
  action: v.optional(
    v.pipe(
      v.union([v.literal('sync'), v.literal('rebuild')], 'sync or rebuild'),
      v.description('What an edit does: send the file (the default), or build the image anew.'),
    ),
  ),
  target: v.optional(
    v.pipe(
      v.string(targetMessage),
      v.startsWith('/', targetMessage),
      v.description('Where it lies in the container. Without it the Dockerfile’s COPY says so.'),
    ),
  ),
});

const paths = (expected: string, description: string) =>
  v.optional(
    v.pipe(
      v.array(v.pipe(v.string(expected), v.nonEmpty(expected)), `a list such as [${expected}]`),
      v.description(description),
    ),
  );

/** `sync`: what the Dockerfile and .dockerignore do not say about files while developing. */
export const syncSchema = v.strictObject({
  ignore: paths('docs/**', 'Neither sent nor brought back. Patterns as in .dockerignore.'),
  one_way: paths(
    'media',
    'Directories whose files in the container stay there; STATIC_ROOT and MEDIA_ROOT by default.',
  ),
  map: v.optional(
    v.pipe(
      v.array(rule, 'a list of rules such as “- path: tests”'),
      v.description(
        'What single paths do, in place of the Dockerfile. The first that fits counts.',
      ),
    ),
  ),
});
