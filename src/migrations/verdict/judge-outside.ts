import type { MigrationReason } from '../../report/migration-report.ts';
import type { JudgedMigration } from './judged-migration.ts';
import { listStatements } from './list-statements.ts';
import { shorten, stripComments } from './statement-facts.ts';

/** Takes away what lies outside of the database that is observed. */
const destroys = /^drop\s+(?:database|tablespace|role|user|owned)\b/iu;

/** What no observation of one database can see, and what is bad in any. Pure. */
export function judgeOutside(migration: JudgedMigration): readonly MigrationReason[] {
  return listStatements(migration)
    .filter(({ statement }) => destroys.test(stripComments(statement.sql)))
    .map(({ statement, location }) => ({
      level: 'unsafe',
      rule: 'drops-more-than-tables',
      sentence: `“${shorten(statement.sql)}” takes away more than a table: whatever uses it fails.`,
      location,
    }));
}
