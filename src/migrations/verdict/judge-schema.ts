import type {
  MigrationReason,
  MigrationVerdictLevel,
  Recipe,
  SchemaChange,
  SchemaChangeKind,
} from '../../report/migration-report.ts';
import type { JudgeContext, JudgedMigration } from './judged-migration.ts';
import { listStatements, type PlacedStatement } from './list-statements.ts';
import {
  addRequiredColumn,
  changeTypeByCopy,
  dropTableInSteps,
  removeColumnInSteps,
  renameInSteps,
} from './recipes/column-recipes.ts';
import { findSubject, type RecipeSubject } from './recipes/recipe-subject.ts';
import { detachConcurrently } from './recipes/lock-recipes.ts';
import { setNotNullInSteps } from './recipes/constraint-recipes.ts';

interface Rule {
  readonly level: MigrationVerdictLevel;
  /** What the release that is running feels of it. */
  readonly effect: string;
  readonly recipe?: (subject: RecipeSubject) => Recipe;
}

const unsafe = 'unsafe';
const caution = 'caution';

/** Changes without an entry hurt nobody. */
const rules: Partial<Readonly<Record<SchemaChangeKind, Rule>>> = {
  'table-dropped': {
    level: unsafe,
    effect: 'every query of the running release that names it fails',
    recipe: dropTableInSteps,
  },
  'table-renamed': {
    level: unsafe,
    effect: 'the running release knows only the old name, and fails',
    recipe: renameInSteps,
  },
  'table-replaced': {
    level: caution,
    effect: 'the running release finds another table or a view under the name that it knows',
  },
  'partition-detached': {
    level: caution,
    effect: 'the running release does not find its rows in the table any more',
    recipe: detachConcurrently,
  },
  'column-dropped': {
    level: unsafe,
    effect: 'the running release still selects and inserts it, and fails',
    recipe: removeColumnInSteps,
  },
  'column-renamed': {
    level: unsafe,
    effect: 'the running release knows only the old name, and fails',
    recipe: renameInSteps,
  },
  'column-required-added': {
    level: unsafe,
    effect: 'every INSERT of the running release leaves it out, and fails',
    recipe: addRequiredColumn,
  },
  'column-made-required': {
    level: caution,
    effect: 'writes of NULL by the running release fail from now on',
    recipe: setNotNullInSteps,
  },
  'column-default-dropped': {
    level: caution,
    effect:
      'an INSERT that leaves the column to the default gets NULL from now on, and fails where that is refused',
    recipe: addRequiredColumn,
  },
  'column-type-changed': {
    level: caution,
    effect:
      'sessions with prepared statements get “cached plan must not change result type”, and values of one release may not fit the other',
    recipe: changeTypeByCopy,
  },
  'constraint-added': {
    level: caution,
    effect: 'what the running release writes against it is refused from now on',
  },
  'enum-label-changed': {
    level: unsafe,
    effect: 'the running release still writes the old label, and fails',
    recipe: renameInSteps,
  },
  'schema-renamed': {
    level: unsafe,
    effect: 'the running release does not find its tables any more',
    recipe: renameInSteps,
  },
};

/** What a changed schema does to the release that is still running. Pure. */
export function judgeSchema(
  migration: JudgedMigration,
  context: JudgeContext,
): readonly MigrationReason[] {
  const statements = listStatements(migration);
  const constraints = new Set(
    migration.schemaChanges
      .filter(({ kind }) => kind === 'constraint-added')
      .map(({ detail }) => nameIn(detail)),
  );
  return migration.schemaChanges.flatMap((change) => {
    const rule = ruleFor(change, constraints);
    if (rule === undefined) return [];
    const placed = findCause(change, statements);
    const subject = findSubject(migration, context, {
      table: change.table,
      placed,
      column: columnIn(change.detail),
    });
    const isNamed = change.detail.includes(change.table);
    return [
      {
        level: rule.level,
        rule: change.kind === 'index-added' ? 'unique-index-added' : change.kind,
        sentence: `${isNamed ? '' : `${change.table}, `}${change.detail}: ${rule.effect}.`,
        location: placed?.location ?? { file: migration.file },
        table: change.table,
        ...(rule.recipe && { recipe: rule.recipe(subject) }),
      },
    ];
  });
}

function ruleFor(
  change: SchemaChange,
  constraints: ReadonlySet<string | undefined>,
): Rule | undefined {
  if (change.kind !== 'index-added') return rules[change.kind];
  const isUnique = change.detail.startsWith('unique ');
  // The index of a unique constraint is told with the constraint.
  return isUnique && !constraints.has(nameIn(change.detail))
    ? rules['constraint-added']
    : undefined;
}

/** The statement that changed it: the one that names what changed, or that locked the table. */
function findCause(
  { table, detail }: SchemaChange,
  statements: readonly PlacedStatement[],
): PlacedStatement | undefined {
  const bare = table.slice(table.indexOf('.') + 1);
  const part = nameIn(detail) ?? bare;
  const names = (sql: string, name: string): boolean =>
    sql.includes(name.split('.').at(-1) ?? name);
  const isSchema = ({ statement }: PlacedStatement): boolean =>
    !/^\s*(?:select|insert|update|delete)\b/iu.test(statement.sql);
  const candidates = statements.filter(isSchema);
  return (
    candidates.find(({ statement }) => names(statement.sql, bare) && names(statement.sql, part)) ??
    candidates.find(({ statement }) => names(statement.sql, part)) ??
    candidates.find(({ statement }) => statement.locks.some((lock) => lock.table === table))
  );
}

/** `column total: dropped` → `total`. */
function nameIn(detail: string): string | undefined {
  return /^(?:unique )?\w+ (.+?)(?: of [^:]+)?:/u.exec(detail)?.[1];
}

function columnIn(detail: string): string | undefined {
  return /^column (.+?):/u.exec(detail)?.[1];
}
