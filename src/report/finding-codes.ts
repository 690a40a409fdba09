/**
 * Every finding code and what it stands for. Codes are permanent: `docs/findings.md` is generated
 * from this table, and a test holds both. Steps and checks may only report codes listed here.
 */
export const findingCodes = {
  'env-missing': 'A variable that production requires has no value.',
  'dockerfile-feature-unknown': 'The engine’s builder does not know a feature the Dockerfile uses.',
  'disk-space-low': 'The engine has little disk space left.',
  'build-failed': 'The production image does not build.',
  'image-runs-as-root': 'The production process runs as root.',
  'image-over-budget': 'The image is larger than its budget.',
  'image-contains-env-file': 'A `.env` file is inside the image.',
  'image-contains-git': 'A `.git` directory is inside the image.',
  'image-contains-key': 'A private key is inside the image.',
  'image-without-command': 'The image has no CMD or ENTRYPOINT and the manifest names no command.',
  'image-without-python': 'There is no Python interpreter in the image.',
  'settings-import-failed': 'The production settings cannot be imported.',
  'deploy-check': 'A message of `manage.py check --deploy` with the production settings.',
  'errors-not-logged': 'An error in production leaves no line in the log.',
  'error-page-broken': 'An error page fails itself, and users see the server’s bare text.',
  'redirect-loop': 'The redirect to https never ends behind a TLS proxy.',
  'connections-not-checked':
    'Connections are kept without a check, so requests fail after a restart of the database.',
  'middleware-order': 'A middleware comes too late for answers that need it.',
  'development-in-production': 'Something of development is active with the production settings.',
  'media-in-static': 'Uploads are written among the static files.',
  'setting-not-read': 'A setting of the project is no longer read by the installed Django.',
  'secret-key-hard-coded': 'The secret key of production is written in the code.',
  'secret-key-fallback': 'Without its variable the settings take another secret key.',
  'database-fallback': 'Without their variables the settings use another database.',
  'migrations-missing': 'The models changed, and no migration says so.',
  'migration-failed': 'A migration, or another release command, failed.',
  'migration-applied': 'Migrations were applied; each with its time.',
  'previous-incomplete':
    'The previous release was built without files that git does not hold itself.',
  'previous-unsteady': 'The previous release fails before anything is migrated, or is not asked.',
  'old-release-errors': 'The old release answers errors while or after the new one migrates.',
  'old-release-stall': 'The old release stands still while the new one migrates.',
  'old-release-serves': 'The old release serves through the migration.',
  'deploy-order':
    'Whether migrating before deploying is safe, from old and new code on both schemas.',
  'lock-timeout-missing':
    'A migration that waits for a lock stops every request on its table for as long.',
  'long-reader-stall': 'Requests wait while a migration waits behind a long reader.',
  'rollback-failed': 'The old release does not work on the new schema: nobody can roll back.',
  'migration-irreversible': 'A migration of this release cannot be reversed.',
  'migration-reverse-failed': 'A migration of this release fails when it is reversed.',
  'database-not-used': 'After migrating, the tables are not in the database the project was given.',
  'static-collect-failed': '`collectstatic` failed with the production storage.',
  'static-nothing-collected': '`collectstatic` found no files, or nothing serves what it found.',
  'static-not-collected':
    'Nothing in production runs `collectstatic`: the booted image has no static files.',
  'static-collected': 'Static files were collected with the production storage.',
  'boot-crashed': 'The production process ended before it answered.',
  'boot-timeout': 'The production process never answered its health URL.',
  'boot-over-budget': 'The time to the first healthy answer is over its budget.',
  'health-unhealthy': 'The health URL answers with an error.',
  'smoke-failed': 'A smoke request did not get the answer that was expected.',
  'asset-missing': 'A page refers to an asset that is not served.',
  'static-headers': 'Static files are cached or compressed badly.',
  'security-headers': 'The headers of a page, with a grade as the HTTP Observatory gives it.',
  'cors-open': 'Scripts of any site can read answers of the application.',
  'cors-refused': 'A declared front end cannot use the application.',
  'host-not-checked': 'Requests under an unknown name are served.',
  'health-refuses-probe': 'A platform that asks the container itself gets no healthy answer.',
  'debug-page': 'Visitors see Django’s debug page.',
  'log-not-json': 'Some lines of a JSON log are not JSON.',
  'secrets-logged': 'The log shows secrets of requests.',
  'shutdown-killed': 'The production process did not end after SIGTERM and had to be killed.',
  'shutdown-exit-code': 'The production process ended with an error code after SIGTERM.',
} as const satisfies Record<string, string>;

/** A permanent finding code, for example `image-runs-as-root`. */
export type FindingCode = keyof typeof findingCodes;
