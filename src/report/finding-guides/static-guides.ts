import type { FindingGuides } from './finding-guide.ts';

/** Findings about static files, collected and served. */
export const staticGuides = {
  'static-collect-failed': {
    why: 'The deploy stops, or pages come without styles.',
    fix: 'With a manifest storage every referenced file has to exist: mend the reference that is named.',
  },
  'static-nothing-collected': {
    why: 'All styles, scripts and images are 404 in production, while `runserver` shows them.',
    fix: 'Set `STATIC_ROOT`, put `whitenoise.middleware.WhiteNoiseMiddleware` behind SecurityMiddleware, and run `collectstatic` in the build.',
  },
  'static-not-collected': {
    why: 'All styles, scripts and images are 404 in production, while `runserver` shows them.',
    fix: '`RUN DJANGO_SECRET_KEY=build python manage.py collectstatic --noinput` in the Dockerfile, or a release command.',
  },
  'static-not-compressed': {
    why: 'Every visitor loads styles and scripts in full size.',
    fix: 'Collect with the production settings, and copy all of `STATIC_ROOT` between stages.',
  },
  'static-reference-missing': {
    why: 'A font or an image is 404; with a manifest storage collectstatic would fail.',
    fix: 'Correct the path, which is relative to the style.',
  },
  'static-headers': {
    why: 'Every visit fetches again what has not changed, or a shared cache hands out the wrong file.',
    fix: 'WhiteNoise with `CompressedManifestStaticFilesStorage` sends all of it right.',
  },
} as const satisfies FindingGuides;
