import type { MigrationReason, Recipe } from '../../report/migration-report.ts';
import type { JudgeContext, JudgedMigration } from './judged-migration.ts';
import { listStatements } from './list-statements.ts';
import { addRequiredColumn } from './recipes/column-recipes.ts';
import { buildUniqueConcurrently } from './recipes/index-recipes.ts';
import { runOutsideTransaction, setLockTimeout } from './recipes/lock-recipes.ts';
import { findSubject, type RecipeSubject } from './recipes/recipe-subject.ts';
import { classifyStatement } from './statement-facts.ts';

/** By SQLSTATE, where that says what to do. */
const recipes: Readonly<Record<string, (subject: RecipeSubject) => Recipe>> = {
  '25001': runOutsideTransaction,
  '23502': addRequiredColumn,
  '23505': buildUniqueConcurrently,
  '55P03': setLockTimeout,
};

/** A migration that does not get through, with the server's own words. Pure. */
export function judgeFailure(
  migration: JudgedMigration,
  context: JudgeContext,
): readonly MigrationReason[] {
  if (migration.outcome === 'applied') return [];
  const placed = listStatements(migration).find(({ statement }) => statement.error !== undefined);
  const said = placed?.statement.error ?? context.failure?.message ?? 'it gave no reason';
  const state = context.failure?.sqlState ?? '';
  const sql = placed?.statement.sql ?? '';
  const table = /\b(?:table|into|update|on)\s+(?:only\s+|if\s+exists\s+)*([\w".]+)/iu.exec(
    sql,
  )?.[1];
  const subject = findSubject(migration, context, {
    table: table?.replaceAll('"', '') ?? 'table',
    placed,
  });
  const recipe = recipes[state]?.(subject);
  const kind = classifyStatement(sql);
  return [
    {
      level: 'fails',
      rule: 'migration-fails',
      sentence: `It does not get through: ${said.trim().replace(/\.?$/u, '.')}`,
      location: placed?.location ?? { file: migration.file },
      ...(recipe && !(state === '23505' && kind === 'data') && { recipe }),
    },
  ];
}
