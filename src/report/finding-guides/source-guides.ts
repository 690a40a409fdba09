import type { FindingGuides } from './finding-guide.ts';

/** Findings about the Dockerfile and the tree, before anything is built. */
export const sourceGuides = {
  'command-shell-form': {
    why: '`/bin/sh` is PID 1 and does not pass SIGTERM on: every deploy takes the whole grace, and drops the requests under way.',
    fix: 'A JSON array, `CMD ["gunicorn", "config.wsgi"]`, or `exec` before the last command.',
  },
  'dockerfile-adds-url': {
    why: 'Whoever controls that address chooses what is in the next image, and nothing notices.',
    fix: '`ADD --checksum=sha256:… https://…`, or a copy of the file in the project.',
  },
  'build-secret-argument': {
    why: 'Build arguments are part of the history of the image: everybody who can pull it can read them.',
    fix: '`RUN --mount=type=secret,id=…` and `app.build.secrets`; replace a secret that was pushed.',
  },
  'dependencies-not-pinned': {
    why: 'The release that was rehearsed and the one that is built tomorrow are not the same.',
    fix: 'Exact versions of everything, also of what dependencies need: `uv lock`, `uv pip compile`, `pip freeze`.',
  },
  'context-not-clean': {
    why: 'Builds are slow, images large, and what lies on one laptop is in production.',
    fix: 'Name it in `.dockerignore`.',
  },
  'tree-not-committed': {
    why: 'Nobody can build this image again, or look up what is in it.',
    fix: 'Commit before a release; in CI, look for what changes files after the checkout.',
  },
} as const satisfies FindingGuides;
