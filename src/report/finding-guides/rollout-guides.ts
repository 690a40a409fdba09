import type { FindingGuides } from './finding-guide.ts';

/** Findings about the way from one release to the next. */
export const rolloutGuides = {
  'rollout-requests-failed': {
    why: 'Every deploy costs users errors: the new release gets requests before it can answer them, or the old one is cut off in the middle of some.',
    fix: 'A health URL that fails until pages work; `--worker-class gthread` and a grace that is longer than the longest request. `rehearse.rolling.maxFailed` allows some.',
  },
  'rollout-stall': {
    why: 'The first users after every deploy wait for what is imported and connected at the first request, and those behind them wait too.',
    fix: '`gunicorn --preload`, or a health URL that resolves the URLconf and opens a connection to the database. `rehearse.rolling.maxStall` is the limit.',
  },
  'sessions-lost': {
    why: 'All users are logged out at once, carts and half-filled forms are gone, and all of them log in at the same time.',
    fix: 'A new key: `SECRET_KEY_FALLBACKS = [old]` for as long as sessions live. A new serializer, engine or cookie name: read the old one too for as long.',
  },
  'csrf-lost': {
    why: 'Whoever has a form open while the deploy takes place gets a 403 when sending it.',
    fix: 'Keep `CSRF_COOKIE_NAME` and `CSRF_USE_SESSIONS`, or change them when nobody fills in forms.',
  },
  'signed-data-lost': {
    why: 'Links in mails (passwords, confirmations, unsubscribing) and signed cookies stop working.',
    fix: '`SECRET_KEY_FALLBACKS = [old]` until the last of them has expired.',
  },
  'cached-values-unreadable': {
    why: 'Pages that are cached answer 500 until the cache is cleared by hand, in one release or in both while they run side by side.',
    fix: 'Cache plain data and not instances of models or classes; or give each release a `KEY_PREFIX` of its own.',
  },
  'queued-task-lost': {
    why: 'Celery drops a job whose task it does not know, and one with other arguments fails: mails are not sent, payments not recorded.',
    fix: 'Rename a task in two releases: the first knows both names. New arguments get a default.',
  },
  'old-assets-gone': {
    why: 'Who has a page open, or gets one from a cache, asks for styles and scripts that the new container does not have; and a CDN may keep the 404 for longer than the deploy takes.',
    fix: 'Keep the files of the release before: Kamal’s `asset_path`, a CDN or object store to which each release only adds.',
  },
} as const satisfies FindingGuides;
