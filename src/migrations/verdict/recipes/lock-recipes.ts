import type { Recipe } from '../../../report/migration-report.ts';
import type { RecipeSubject } from './recipe-subject.ts';

/** A migration that gives up rather than make everybody wait behind it. */
export function setLockTimeout({ isDjango }: Pick<RecipeSubject, 'isDjango'>): Recipe {
  return {
    id: 'lock-timeout',
    summary:
      'Set lock_timeout for migrating, and try again when it strikes: a migration that waits behind a long query makes everybody wait behind it.',
    releases: 1,
    code: isDjango
      ? "PGOPTIONS='-c lock_timeout=2s' python manage.py migrate --noinput"
      : "SET lock_timeout = '2s';",
  };
}

/** A statement that allows no transaction around it. */
export function runOutsideTransaction({ isDjango }: Pick<RecipeSubject, 'isDjango'>): Recipe {
  return {
    id: 'not-atomic',
    summary: 'Run it outside of a transaction: in a migration of its own with atomic = False.',
    releases: 1,
    code: isDjango
      ? 'class Migration(migrations.Migration):\n    atomic = False'
      : '-- without BEGIN and COMMIT around it',
  };
}

/** A partition away while its parent is read and written. */
export function detachConcurrently({ sqlTable }: RecipeSubject): Recipe {
  return {
    id: 'detach-concurrently',
    summary: 'Detach concurrently (PostgreSQL 14 and newer), outside of a transaction.',
    releases: 1,
    code: `ALTER TABLE ${sqlTable} DETACH PARTITION … CONCURRENTLY;`,
  };
}
