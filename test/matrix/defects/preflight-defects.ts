import type { Defect } from '../defect.ts';

/** What is known before anything is built, and what stops the build. */
export const preflightDefects: readonly Defect[] = [
  {
    id: 'variable-without-value',
    base: 'shop',
    change: 'djdev.yaml requires STRIPE_KEY, and nothing gives it a value',
    edits: [
      {
        file: 'djdev.yaml',
        from: '    EMAIL_URL:',
        to: '    STRIPE_KEY: { secret: true, required: true }\n    EMAIL_URL:',
      },
    ],
    only: ['preflight'],
    found: {
      code: 'env-missing',
      level: 'fail',
      title: 'STRIPE_KEY is required and has no value.',
      fix: 'A rehearsal needs no real secret.',
    },
  },
  {
    id: 'base-without-tag',
    base: 'shop',
    change: '`FROM python` without a tag',
    edits: [{ file: 'Dockerfile', from: 'FROM python:3.13-slim', to: 'FROM python' }],
    only: ['preflight'],
    found: {
      code: 'base-not-pinned',
      level: 'warn',
      title: 'The base image python is another one tomorrow.',
      fix: 'python:3.13-slim',
    },
  },
  {
    id: 'collectstatic-without-variables',
    base: 'shop',
    change: '`RUN python manage.py collectstatic` without the variables that settings require',
    edits: [
      {
        file: 'Dockerfile',
        from: `RUN DJANGO_SECRET_KEY=only-for-collectstatic \\
    DJANGO_ALLOWED_HOSTS=only-for-collectstatic \\
    DATABASE_URL=postgres://only-for-collectstatic \\
    EMAIL_URL=smtp://only-for-collectstatic \\
    python`,
        to: 'RUN python',
      },
    ],
    only: ['build'],
    found: {
      code: 'build-failed',
      level: 'fail',
      title: '…',
      detail: 'The environment variable DJANGO_SECRET_KEY is required',
    },
  },
];
