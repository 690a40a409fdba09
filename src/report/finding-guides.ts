import type { FindingCode } from './finding-codes.ts';

/** What a person wants to know who meets a code for the first time. */
export interface FindingGuide {
  /** What goes wrong in production, and when. */
  readonly why: string;
  /** What to change; Markdown. */
  readonly fix: string;
}

/** Beside the one line of `findingCodes`; shown by `djdev explain` and in `docs/findings.md`. */
export const findingGuides: Readonly<Partial<Record<FindingCode, FindingGuide>>> = {
  'env-missing': {
    why: 'The release starts without a value it needs, and fails at its first request or at boot.',
    fix: 'Give the variable a value in `.env`, in the shell or in `app.env`; `{ generate: true }` makes a throw-away one for each run.',
  },
  'build-failed': {
    why: 'There is no image to deploy.',
    fix: 'Mend the instruction that is named. `collectstatic` in a RUN often wants a secret key: give it a throw-away one on that line only.',
  },
  'image-runs-as-root': {
    why: 'Whoever gets to execute code in the application owns the container, and can write the code that the next worker imports.',
    fix: '`RUN useradd --uid 10001 app` and `USER 10001` at the end of the Dockerfile; a numeric id satisfies Kubernetes’ `runAsNonRoot`.',
  },
  'image-over-budget': {
    why: 'Every deploy and every scale-out pulls these bytes.',
    fix: 'Build in one stage and copy the result into the last; leave out compilers, caches and test data.',
  },
  'image-contains-env-file': {
    why: 'Everybody who can pull the image can read the secrets in it, also in layers that a later one deletes.',
    fix: 'Add `.env*` to `.dockerignore`, and change the secrets that were shipped.',
  },
  'image-contains-git': {
    why: 'The whole history of the code is in the image, with every secret that was ever committed.',
    fix: 'Add `.git` to `.dockerignore`.',
  },
  'image-contains-key': {
    why: 'Everybody who can pull the image has the key.',
    fix: 'Add the file to `.dockerignore`, replace the key, and use `RUN --mount=type=secret` where a build needs one.',
  },
  'settings-import-failed': {
    why: 'No process of the release gets past its first line.',
    fix: 'Run the import by hand with production’s variables; a missing variable is named in the evidence.',
  },
  'deploy-check': {
    why: 'Django itself holds these settings for unsafe in production.',
    fix: 'Each check has its own hint. One that is met elsewhere, by a proxy for example, can be switched off with `contains: security.W004` and a reason.',
  },
  'migrations-missing': {
    why: 'The new code selects columns that the database does not have.',
    fix: '`djdev manage makemigrations`, and commit the file.',
  },
  'migration-failed': {
    why: 'The deploy stops half-way: the new code cannot start and the schema may be between two states.',
    fix: 'Mend the migration that is named; the message is the database’s own.',
  },
  'migration-unsafe': {
    why: 'While it runs or from then on, requests of the release that still serves wait or fail: every deploy has such a time, a rolling one a long time.',
    fix: 'The finding says what to write instead, and in how many releases. `djdev migrations check` tries it in seconds.',
  },
  'migration-caution': {
    why: 'It is quick by itself, but data, constraints or prepared statements of the release that serves may stand against it.',
    fix: 'Read the reason: often one look at the code of the last release settles it. An exception with a reason silences it.',
  },
  'migration-no-lock-timeout': {
    why: 'A migration that waits for its lock behind a long query makes everything on the table wait behind it, for as long as the query takes.',
    fix: 'Set `lock_timeout` for the release command, for example `PGOPTIONS="-c lock_timeout=2s"`, and run it again when it gives up.',
  },
  'migration-over-budget': {
    why: 'The deploy stands still at its first step, and whatever the migration has locked stands still with it.',
    fix: 'Look at what it waits for: a lock of its own second connection, or a statement that needs all rows. `rehearse.budgets.migrate` is the limit.',
  },
  'migration-race': {
    why: 'Between two migrations the old release goes on writing rows as it knows them: without the new column, or against the new constraint. Whether the deploy goes through is a matter of luck.',
    fix: 'Release the step that makes the old release’s rows impossible (NOT NULL, a constraint) one release later, when everything that serves writes the right rows; or give the column a `db_default`.',
  },
  'previous-incomplete': {
    why: 'Submodules and files of Git LFS are not in the commit that was built, so the old release may not be what production runs.',
    fix: 'Name the released image: `rehearse.previous: { image: … }`.',
  },
  'previous-unsteady': {
    why: 'An endpoint that fails before the migration says nothing after it.',
    fix: 'Let the smoke requests name pages that both releases answer, and give the old one the variables it needs; `rehearse.data` brings the rows.',
  },
  'old-release-errors': {
    why: 'Between the migration and the last restart the old release answers errors to users: it does not know the new columns, or misses the old ones.',
    fix: 'Split the change into two releases: one that works with both schemas, then the one that needs the new schema. [old-release.md](old-release.md) has the pairs.',
  },
  'old-release-stall': {
    why: 'Users wait while a migration holds a lock, or locks rows in one long transaction.',
    fix: 'Take the recipe of the migration’s verdict: concurrent indexes, constraints NOT VALID first, updates in batches.',
  },
  'deploy-order': {
    why: 'Release commands migrate before the new code serves, so the old code has to work on the new schema.',
    fix: 'Follow the advice: split what has no safe order; ship code first where only the old code breaks.',
  },
  'lock-timeout-missing': {
    why: 'A migration that waits for its lock holds up every later request on the table, for as long as a report or a backup reads.',
    fix: 'Set `lock_timeout` for the session that migrates and try again when it gives up: `PGOPTIONS="-c lock_timeout=2s"`.',
  },
  'long-reader-stall': {
    why: 'With its `lock_timeout` the migration still stops requests for longer than the budget.',
    fix: 'Set `lock_timeout` to `rehearse.budgets.lock` or less.',
  },
  'rollback-failed': {
    why: 'When the new release misbehaves, going back to the old image makes it worse.',
    fix: 'Remove and rename one release later than you stop using, so that one step back always works.',
  },
  'migration-irreversible': {
    why: '`migrate` cannot go back past it.',
    fix: 'Give `RunPython` a reverse function and `RunSQL` a `reverse_sql`; their `noop` where nothing has to be undone.',
  },
  'migration-reverse-failed': {
    why: 'The way back ends in the middle.',
    fix: 'Mend the reverse operation, or plan to roll forward.',
  },
  'database-not-used': {
    why: 'The release commands were green and did nothing to the database that counts; a fall-back to SQLite is the usual cause.',
    fix: 'Let the settings refuse to start without `DATABASE_URL`, and declare it in `app.env`.',
  },
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
  'boot-crashed': {
    why: 'The platform restarts it for ever, or keeps the old release.',
    fix: 'The last log lines name the cause; `djdev rehearse --keep` leaves the environment to look at.',
  },
  'boot-timeout': {
    why: 'The platform gives up on the release at its deadline.',
    fix: 'Bind `0.0.0.0`, not `127.0.0.1`, on the port that the manifest names, and let the health URL answer without waiting for others.',
  },
  'boot-over-budget': {
    why: 'Deploys and restarts take longer than the team decided.',
    fix: 'Look at what is imported at start: `python -X importtime manage.py check`.',
  },
  'health-unhealthy': {
    why: 'The platform never sends traffic to the release.',
    fix: 'Answer 2xx to the platform’s own Host and without https: `ALLOWED_HOSTS`, `SECURE_REDIRECT_EXEMPT`.',
  },
  'smoke-failed': {
    why: 'A page or an endpoint that the team named does not do what it should.',
    fix: 'The request is given as a curl line; `djdev rehearse --keep` leaves the application running for it.',
  },
  'asset-missing': {
    why: 'Pages look broken, or their scripts do not run.',
    fix: 'Refer to static files with `{% static %}`, and check that they are collected.',
  },
  'shutdown-killed': {
    why: 'Every deploy cuts off requests: the server never heard SIGTERM, or took longer than the platform waits.',
    fix: '`CMD ["gunicorn", …]` in exec form, and `exec "$@"` at the end of an entrypoint script.',
  },
  'shutdown-exit-code': {
    why: 'The platform counts the stop as a crash, and requests may have been dropped.',
    fix: 'Let the server itself be the process that gets SIGTERM; use `exec` in scripts.',
  },
  'errors-not-logged': {
    why: 'Users see “Server Error”, and nobody finds out why: Django’s own LOGGING writes to the console only while DEBUG is on.',
    fix: 'Give the root logger a `StreamHandler` in the production settings; `djdev rehearse` prints the lines.',
  },
  'error-page-broken': {
    why: 'When something breaks, the page for it breaks too, and the server’s bare “Internal Server Error” is all there is.',
    fix: 'Error pages must do with what is always there: no database, no session, and only static files that exist.',
  },
  'redirect-loop': {
    why: 'Browsers give up with “too many redirects” on every page.',
    fix: '`SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")`, with a proxy that always sets this header.',
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
  'static-headers': {
    why: 'Every visit fetches again what has not changed, or a shared cache hands out the wrong file.',
    fix: 'WhiteNoise with `CompressedManifestStaticFilesStorage` sends all of it right.',
  },
  'security-headers': {
    why: 'Browsers protect visitors only from what a page asks them to.',
    fix: 'The deductions name each header and the setting behind it.',
  },
  'cors-open': {
    why: 'A page that a user visits elsewhere can read their data here; with credentials, as that user.',
    fix: 'List origins in `CORS_ALLOWED_ORIGINS`, and end regular expressions with `$`.',
  },
  'cors-refused': {
    why: 'The front end shows a CORS error, and nothing works.',
    fix: 'Add the origin to `CORS_ALLOWED_ORIGINS`; `CORS_URLS_REGEX` has to fit the path.',
  },
  'host-not-checked': {
    why: 'Links in password mails are built from the Host header: an attacker chooses where they lead.',
    fix: 'List the names of the site in `ALLOWED_HOSTS`.',
  },
  'health-refuses-probe': {
    why: 'Kubernetes, Kamal and load balancers ask the container by its address and over http: a redirect or a 400 keeps the release from ever getting traffic.',
    fix: '`SECURE_REDIRECT_EXEMPT` for the redirect; a small middleware that answers the health URL first for the host.',
  },
  'debug-page': {
    why: 'Everybody can read settings, paths and variables.',
    fix: '`DEBUG = False` in the settings that production really uses.',
  },
  'log-not-json': {
    why: 'The log system shows these lines without level and time, and tears tracebacks apart.',
    fix: 'Every source has to log as JSON: gunicorn by `logconfig_dict`, warnings, scripts.',
  },
  'secrets-logged': {
    why: 'Whoever reads the logs can act as the users.',
    fix: 'Do not log headers, cookies and bodies.',
  },
  'image-contains-database': {
    why: 'Whoever can pull the image has the data in it.',
    fix: 'Add `*.sqlite3` and dumps to `.dockerignore`.',
  },
  'image-contains-development-tools': {
    why: 'They make the image larger, and give whoever breaks in something to work with.',
    fix: 'Build in one stage, copy the virtual environment into the last; keep requirements for tests apart.',
  },
  'image-contains-secret-variable': {
    why: '`docker inspect` shows it to everybody who can pull the image.',
    fix: 'Give it when the container starts; `RUN --mount=type=secret` for a build. Replace what was pushed.',
  },
  'base-not-pinned': {
    why: 'Tomorrow’s build is another image, with another Python.',
    fix: 'Name a version: `FROM python:3.13-slim`.',
  },
  'healthcheck-fails': {
    why: 'Docker and Compose call the container unhealthy while it serves, and what depends on it never starts.',
    fix: 'Slim images have no curl: ask with Python, and look at the output of the check.',
  },
  'database-restart-fails': {
    why: 'Every failover and every minor upgrade of the database costs users errors after it is over.',
    fix: '`CONN_HEALTH_CHECKS = True` beside `CONN_MAX_AGE`; with a pool, `check` of the pool.',
  },
  'worker-not-replaced': {
    why: 'One request that takes too much memory, and the application serves nobody any more.',
    fix: 'Run workers under a parent that starts new ones, as gunicorn does.',
  },
};
