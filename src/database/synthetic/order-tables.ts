import type { Catalog, ForeignKeyFacts, TableFacts } from './catalog.ts';

/** A table as people name it: by itself, or all its partitions. */
export interface TableUnit {
  readonly oid: number;
  readonly name: string;
  /** What takes rows: itself, or its partitions. */
  readonly targets: readonly TableFacts[];
}

/** Tables that get their rows in one go: usually one, several when they need one another. */
export interface TableGroup {
  readonly units: readonly TableUnit[];
  /** Rows are referenced before they are there. */
  readonly isCyclic: boolean;
}

/**
 * Tables in an order in which what is referenced comes first. A cycle is cut where a reference may
 * be NULL; where none may, its tables form one group.
 */
export function orderTables({ tables }: Catalog): readonly TableGroup[] {
  const waiting = new Set(unitsOf(tables));
  const rootOf = new Map(tables.map(({ oid, root }) => [oid, root ?? oid]));
  const order: TableGroup[] = [];
  const missing = (unit: TableUnit, mustBe: (key: RequiredKey) => boolean): readonly number[] => {
    const targets = requiredKeys(unit)
      .filter(mustBe)
      .map(({ key }) => rootOf.get(key.target));
    return [...waiting].map(({ oid }) => oid).filter((oid) => targets.includes(oid));
  };
  const others = (unit: TableUnit, mustBe: (key: RequiredKey) => boolean): readonly number[] =>
    missing(unit, mustBe).filter((oid) => oid !== unit.oid);
  while (waiting.size > 0) {
    const units = [...waiting];
    const free =
      units.find((unit) => others(unit, () => true).length === 0) ??
      units.find((unit) => others(unit, ({ isRequired }) => isRequired).length === 0);
    const group =
      free === undefined ? smallestCycle(units, (unit) => others(unit, isRequired)) : [free];
    for (const unit of group) waiting.delete(unit);
    const isCyclic = group.some((unit) =>
      requiredKeys(unit)
        .filter(isRequired)
        .some(({ key }) => group.some(({ oid }) => oid === rootOf.get(key.target))),
    );
    order.push({ units: group, isCyclic });
  }
  return order;
}

interface RequiredKey {
  readonly key: ForeignKeyFacts;
  readonly isRequired: boolean;
}

function isRequired(key: RequiredKey): boolean {
  return key.isRequired;
}

function requiredKeys({ targets }: TableUnit): readonly RequiredKey[] {
  return targets.flatMap((table) =>
    table.foreignKeys.map((key) => ({
      key,
      isRequired: key.columns.every(
        (number) => table.columns.find((column) => column.number === number)?.notNull === true,
      ),
    })),
  );
}

function unitsOf(tables: readonly TableFacts[]): readonly TableUnit[] {
  const roots = tables.filter(({ root }) => root === undefined);
  return roots.map((root) => ({
    oid: root.oid,
    name: root.name,
    targets: root.isPartitioned
      ? tables.filter((one) => one.root === root.oid && !one.isPartitioned)
      : [root],
  }));
}

/** Units that reach one another by required references, and nothing else that waits. */
function smallestCycle(
  units: readonly TableUnit[],
  needs: (unit: TableUnit) => readonly number[],
): readonly TableUnit[] {
  const reach = (start: TableUnit): ReadonlySet<number> => {
    const found = new Set<number>();
    const open = [start];
    for (let unit = open.pop(); unit; unit = open.pop()) {
      for (const oid of needs(unit)) {
        const next = units.find((one) => one.oid === oid);
        if (!found.has(oid) && next) open.push(next);
        found.add(oid);
      }
    }
    return found;
  };
  const cycles = units.map((unit) => units.filter(({ oid }) => reach(unit).has(oid)));
  return cycles.reduce((small, cycle) => (cycle.length < small.length ? cycle : small), units);
}
