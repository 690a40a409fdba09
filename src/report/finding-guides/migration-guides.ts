import type { FindingGuides } from './finding-guide.ts';

/** Findings about migrations, the old release and the order of a deploy. */
export const migrationGuides = {
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
} as const satisfies FindingGuides;
