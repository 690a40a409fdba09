import type { JudgeContext } from './judged-migration.ts';
import { formatCount } from './lock-effect.ts';
import type { PlacedStatement } from './list-statements.ts';
import { isDataStatement } from './statement-facts.ts';

/** Something whose time grows with a table. */
export interface Work {
  readonly kind: 'rewrite' | 'index-build' | 'scan' | 'row-changes';
  readonly table: string;
  /** `an index on public.shop_order is built`. */
  readonly phrase: string;
}

/** A data migration of fewer rows is no bulk change, unless they are half of the table. */
const bulkRows = 10;

/** A planner reads a small table from end to end even where it need not. */
const tellingScanRows = 1000;

/** What a statement did that takes longer on a larger table. Pure. */
export function findWork(
  { statement }: PlacedStatement,
  context: Pick<JudgeContext, 'django' | 'rows'>,
): readonly Work[] {
  const { rewrites, indexBuilds, scans, rowsChanged } = statement;
  const isData = isDataStatement(statement.sql);
  // A script is traced with a planner that reads whole tables only where it must.
  const isTelling = (rows: number): boolean =>
    !isData || context.django === undefined || rows >= tellingScanRows;
  const all: Work[] = [
    ...rewrites.map((table) => work('rewrite', table, `${table} is written anew`)),
    ...indexBuilds.map((table) => work('index-build', table, `an index on ${table} is built`)),
    ...rowsChanged
      .filter((change) => isBulk(change, context))
      .map((change) =>
        work(
          'row-changes',
          change.table,
          `${formatCount(countChanged(change))} rows of ${change.table} are changed`,
        ),
      ),
    ...scans
      .filter(({ rows }) => isTelling(rows))
      .map(({ table }) => work('scan', table, `all of ${table} is read`)),
  ];
  // Of a rewrite the scan and the new indexes are a part.
  return all.filter((one, index) => all.findIndex(({ table }) => table === one.table) === index);
}

/** Whether so many rows were changed that it is no matter of a few. */
export function isBulk(
  change: PlacedStatement['statement']['rowsChanged'][number],
  { rows }: Pick<JudgeContext, 'rows'>,
): boolean {
  const changed = countChanged(change);
  const all = rows.get(change.table);
  return changed >= bulkRows || (all !== undefined && changed > 1 && changed * 2 >= all);
}

export function countChanged({
  inserted,
  updated,
  deleted,
}: PlacedStatement['statement']['rowsChanged'][number]): number {
  return inserted + updated + deleted;
}

function work(kind: Work['kind'], table: string, phrase: string): Work {
  return { kind, table, phrase };
}
