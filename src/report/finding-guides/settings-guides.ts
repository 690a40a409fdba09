import type { FindingGuides } from './finding-guide.ts';

/** Findings about the production settings. */
export const settingsGuides = {
  'settings-import-failed': {
    why: 'No process of the release gets past its first line.',
    fix: 'Run the import by hand with production’s variables; a missing variable is named in the evidence.',
  },
  'deploy-check': {
    why: 'Django itself holds these settings for unsafe in production.',
    fix: 'Each check has its own hint. One that is met elsewhere, by a proxy for example, can be switched off with `contains: security.W004` and a reason.',
  },
  'errors-not-logged': {
    why: 'Users see “Server Error”, and nobody finds out why: Django’s own LOGGING writes to the console only while DEBUG is on.',
    fix: 'Give the root logger a `StreamHandler` in the production settings; `djdev rehearse` prints the lines.',
  },
  'error-page-broken': {
    why: 'When something breaks, the page for it breaks too, and the server’s bare “Internal Server Error” is all there is.',
    fix: 'Error pages must do with what is always there: no database, no session, and only static files that exist.',
  },
  'connections-not-checked': {
    why: 'A failover or an upgrade of the database costs one 500 for every worker.',
    fix: '`CONN_HEALTH_CHECKS = True` beside `CONN_MAX_AGE`.',
  },
  'middleware-order': {
    why: 'Answers that an earlier middleware gives miss what the later one adds: CORS or security headers.',
    fix: 'SecurityMiddleware first, then CorsMiddleware and WhiteNoise, then the rest.',
  },
  'development-in-production': {
    why: 'Mail goes nowhere, or pages show what only developers may see.',
    fix: 'Keep it in the local settings.',
  },
  'media-in-static': {
    why: 'Whatever somebody uploads is served as a file of the site, and is lost with the next release.',
    fix: 'Give `MEDIA_ROOT` a place or a storage of its own.',
  },
  'setting-not-read': {
    why: 'What the setting asks for is not done, and nothing says so.',
    fix: 'Use what replaced it; the finding names it.',
  },
  'secret-key-hard-coded': {
    why: 'Whoever reads the code or pulls the image can sign sessions and password resets.',
    fix: 'Read the key from the environment, and change it: the old one is known.',
  },
  'secret-key-fallback': {
    why: 'One missing variable, and production runs with a key that everybody can read in the code.',
    fix: '`SECRET_KEY = os.environ["DJANGO_SECRET_KEY"]`, without a default.',
  },
  'database-fallback': {
    why: 'One missing variable, and production writes to a database inside the container, which the next release throws away.',
    fix: 'Read the variable without a default in the production settings.',
  },
  'traceback-not-logged': {
    why: 'The log says that something failed, and nobody can find out where.',
    fix: 'A formatter that writes `exc_info`.',
  },
  'variable-fallback': {
    why: 'A typing error in its name is found by a user, weeks later: the release boots with the default.',
    fix: '`os.environ["NAME"]` in the production settings; `required: false` in djdev.yaml for one that may be missing.',
  },
  'variable-never-read': {
    why: 'Somebody believes that it does something. Often a letter is wrong, and the default holds.',
    fix: 'Correct the name, or remove it. `djdev env` lists who reads what.',
  },
  'template-broken': {
    why: 'Every page that renders it is a 500. Django compiles a template when it is first asked for, so no boot and no test of another page finds it.',
    fix: 'Correct the tag at the place that is named.',
  },
  'template-static-missing': {
    why: 'With a manifest storage `{% static %}` raises ValueError for a name that is not in it: the page is a 500, in production alone.',
    fix: 'Correct the name, or add the file and collect again.',
  },
  'media-not-writable': {
    why: 'Every upload is a 500.',
    fix: 'Make the directory and give it to the user before `USER`, mount a volume there, or use an object store.',
  },
  'data-not-kept': {
    why: 'Dynos have no volumes: every restart, every deploy and every night takes away what was written.',
    fix: 'Postgres for data, an object store for uploads.',
  },
  'temporary-not-writable': {
    why: 'Uploads over 2.5 MB fail, and gunicorn does not start its workers.',
    fix: 'Leave `/tmp` with mode 1777, or set `TMPDIR`.',
  },
  'pool-with-max-age': {
    why: 'Django raises ImproperlyConfigured at the first query.',
    fix: '`CONN_MAX_AGE = 0` beside `OPTIONS["pool"]`.',
  },
  'sessions-in-process': {
    why: 'Each worker has a memory of its own: whoever is served by another one is logged out, and every deploy forgets all.',
    fix: 'Redis or the database for sessions.',
  },
} as const satisfies FindingGuides;
