import type {
  DeployOrder,
  SchemaChange,
  SweepCell,
  SweepFailure,
  SweepOperation,
} from '../report/migration-report.ts';

/** What is known about old and new code on the old and the new schema. */
export interface DeployEvidence {
  /** Any of the four; old code on the old schema is the control. */
  readonly cells: readonly SweepCell[];
  /** Differences between the two catalogs. */
  readonly changes: readonly SchemaChange[];
}

/** In which order a release can go out without errors, and why. */
export interface DeployAdvice {
  readonly order: DeployOrder;
  /** For people, the most telling first. */
  readonly reasons: readonly string[];
  /** What only an INSERT that leaves columns empty does: stricter than most traffic. */
  readonly onlyEmptyInserts: boolean;
  /** What no sweep of existing rows can see: new values that will not fit. */
  readonly blindSpots: readonly string[];
}

/** For people, as the report prints it. */
export const deployOrderNames: Readonly<Record<DeployOrder, string>> = {
  'any-order': 'any order',
  'migrate-then-deploy': 'migrate then deploy',
  'deploy-then-migrate': 'deploy then migrate',
  'no-safe-order': 'no safe order: split it',
  broken: 'broken',
};

/**
 * The deploy order from the sweep's four cells, joined with the difference of the catalogs, which
 * also holds for tables that the sweep could not try. `undefined` while a cell that decides is
 * missing.
 */
export function decideDeployOrder(evidence: DeployEvidence): DeployAdvice | undefined {
  const oldOnNew = findFailures(evidence, 'old', 'new');
  const newOnOld = findFailures(evidence, 'new', 'old');
  const newOnNew = findFailures(evidence, 'new', 'new');
  if (!oldOnNew || !newOnOld || !newOnNew) return undefined;
  const unseen = requiredColumnsUnseen(evidence);
  const oldBreaks = oldOnNew.length > 0 || unseen.length > 0;
  const order = chooseOrder(oldBreaks, newOnOld.length > 0, newOnNew.length > 0);
  const decisive = order === 'broken' ? newOnNew : oldOnNew;
  return {
    order,
    reasons: [
      ...(order === 'broken' ? describe('new code on the new schema', newOnNew) : []),
      ...describe('old code on the new schema', oldOnNew),
      ...unseen,
      ...describe('new code on the old schema', newOnOld),
    ],
    onlyEmptyInserts:
      decisive.length > 0 && unseen.length === 0 && decisive.every(leavesColumnsEmpty),
    blindSpots: evidence.changes.filter(({ kind }) => unseenKinds.has(kind)).map(describeChange),
  };
}

function chooseOrder(oldBreaks: boolean, newBreaks: boolean, isBroken: boolean): DeployOrder {
  if (isBroken) return 'broken';
  if (oldBreaks) return newBreaks ? 'no-safe-order' : 'deploy-then-migrate';
  return newBreaks ? 'migrate-then-deploy' : 'any-order';
}

/** What fails in a cell but not in the control; `undefined` when nobody looked. */
function findFailures(
  { cells }: DeployEvidence,
  code: SweepCell['code'],
  schema: SweepCell['schema'],
): readonly SweepFailure[] | undefined {
  const control = cells.find((cell) => cell.code === 'old' && cell.schema === 'old');
  const isOwn = (failure: SweepFailure): boolean =>
    control?.failures.some((other) => isSame(other, failure)) ?? false;
  return cells
    .find((cell) => cell.code === code && cell.schema === schema)
    ?.failures.filter((failure) => !isOwn(failure));
}

/** By model and operation: the row that is copied differs, and so does the text of the error. */
function isSame(one: SweepFailure, other: SweepFailure): boolean {
  return one.model === other.model && one.operation === other.operation;
}

/** A column that old code cannot fill, in a table that the sweep could not write to. */
function requiredColumnsUnseen({ cells, changes }: DeployEvidence): readonly string[] {
  const cell = cells.find(({ code, schema }) => code === 'old' && schema === 'new');
  const unseen = new Set(cell?.notSweptTables);
  return changes
    .filter(({ kind, table }) => kind === 'column-required-added' && unseen.has(bareName(table)))
    .map((change) => `old code on the new schema: ${describeChange(change)}`);
}

function bareName(table: string): string {
  return table.split('.').at(-1) ?? table;
}

/** Existing rows fit, because the migration got through; rows to come may not. */
const unseenKinds: ReadonlySet<SchemaChange['kind']> = new Set([
  'column-type-changed',
  'constraint-added',
  'enum-label-changed',
]);

function describeChange({ table, detail }: SchemaChange): string {
  return `${table}: ${detail}`;
}

const operationNames: Readonly<Record<SweepOperation, string>> = {
  select: 'SELECT',
  insert: 'INSERT',
  'insert-required': 'INSERT with only the required fields',
  update: 'UPDATE',
  delete: 'DELETE',
};

function leavesColumnsEmpty({ operation }: SweepFailure): boolean {
  return operation === 'insert-required';
}

/** One line for each model, with its first error. */
function describe(where: string, failures: readonly SweepFailure[]): readonly string[] {
  const models = [...new Set(failures.map(({ model }) => model))];
  return models.map((model) => {
    const own = failures.filter((failure) => failure.model === model);
    const operations = own.map(({ operation }) => operationNames[operation]).join(', ');
    return `${where}: ${operations} of ${model} ${own.length === 1 ? 'fails' : 'fail'} (${own[0]?.error ?? ''})`;
  });
}
