import { stripComments } from '../verdict/statement-facts.ts';

/** What a statement does to the transaction that it stands in. */
export type TransactionWord = 'begin' | 'commit' | 'rollback' | 'savepoint' | undefined;

/** Reads the statement's first words. Pure. */
export function readTransactionWord(sql: string): TransactionWord {
  const text = stripComments(sql).toLowerCase();
  if (/^(?:begin|start\s+transaction)\b/u.test(text)) return 'begin';
  if (/^(?:commit|end)\b(?!\s+prepared)/u.test(text)) return 'commit';
  if (/^rollback\s+(?:work\s+|transaction\s+)?to\b/u.test(text)) return 'savepoint';
  if (/^(?:rollback|abort)\b(?!\s+prepared)/u.test(text)) return 'rollback';
  return /^(?:savepoint|release)\b/u.test(text) ? 'savepoint' : undefined;
}
