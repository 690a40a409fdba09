import type { Defect } from '../defect.ts';

/** What must not be in an image, and what it must have. */
export const imageDefects: readonly Defect[] = [
  {
    id: 'no-user',
    base: 'shop',
    change: 'the Dockerfile has no USER',
    edits: [{ file: 'Dockerfile', from: 'USER 10001:10001\n', to: '' }],
    only: ['image'],
    found: {
      code: 'image-runs-as-root',
      level: 'warn',
      title: 'The production process runs as root.',
      detail: 'has no USER',
      fix: 'USER 10001',
    },
  },
  {
    id: 'user-root-again',
    base: 'shop',
    change: 'USER root after the last COPY, and no way back',
    edits: [{ file: 'Dockerfile', from: 'USER 10001:10001\n', to: 'USER 10001\nUSER root\n' }],
    only: ['image'],
    found: {
      code: 'image-runs-as-root',
      level: 'warn',
      title: 'The production process runs as root.',
      detail: 'The last USER of the Dockerfile is root.',
    },
  },
  {
    id: 'env-file-copied',
    base: 'shop',
    change: '`.env` is not in `.dockerignore`, so `COPY . .` takes it',
    edits: [
      { file: '.dockerignore', from: '.env\n.env.*\n', to: '' },
      { file: '.env', write: 'EXAMPLE_API=1\n' },
    ],
    only: ['image'],
    found: {
      code: 'image-contains-env-file',
      level: 'fail',
      title: 'An env file in the image: /app/.env',
      fix: '.dockerignore',
    },
  },
  {
    id: 'env-file-deleted-later',
    base: 'shop',
    silent: 'readable-layers',
    change: '`.env.production` is copied, and deleted by a later RUN',
    edits: [
      { file: '.dockerignore', from: '.env.*\n', to: '' },
      { file: '.env.production', write: 'EXAMPLE_API=1\n' },
      { file: 'Dockerfile', from: 'USER 10001', to: 'RUN rm .env.production\nUSER 10001' },
    ],
    only: ['image'],
    found: {
      code: 'image-contains-env-file',
      level: 'fail',
      title: 'An env file in the image: /app/.env.production',
      detail: 'still readable',
    },
  },
];
