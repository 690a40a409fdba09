import type { PlacedStatement } from '../list-statements.ts';
import { findColumn, findConstraint } from '../statement-facts.ts';
import type { JudgeContext, JudgedMigration } from '../judged-migration.ts';

/** What a recipe is about, in the words of the project. */
export interface RecipeSubject {
  readonly app: string;
  readonly migration: string;
  /** `public.shop_order` */
  readonly table: string;
  /** As in a statement: without `public`. */
  readonly sqlTable: string;
  /** As Django operations name it: `order`. */
  readonly model: string;
  readonly field: string;
  /** Of a constraint or an index. */
  readonly name: string;
  readonly isDjango: boolean;
  readonly django: readonly [major: number, minor: number];
  readonly postgresMajor: number;
}

/** The subject of advice on a statement, or on a change that no statement is known for. */
export function findSubject(
  migration: Pick<JudgedMigration, 'app' | 'name'>,
  context: Pick<JudgeContext, 'django' | 'postgresMajor'>,
  about: {
    readonly table: string;
    readonly placed?: PlacedStatement | undefined;
    readonly column?: string | undefined;
  },
): RecipeSubject {
  const bare = about.table.slice(about.table.indexOf('.') + 1);
  const sql = about.placed?.statement.sql ?? '';
  const field = about.column ?? findColumn(sql) ?? 'field';
  const prefix = `${migration.app}_`;
  return {
    app: migration.app === '' ? 'app' : migration.app,
    migration: migration.name,
    table: about.table,
    sqlTable: about.table.startsWith('public.') ? bare : about.table,
    model: (bare.startsWith(prefix) ? bare.slice(prefix.length) : bare).toLowerCase(),
    field: context.django === undefined ? field : field.replace(/_id$/u, ''),
    name: findConstraint(sql) ?? `${bare}_${field}_idx`,
    isDjango: context.django !== undefined,
    django: context.django ?? [5, 2],
    postgresMajor: context.postgresMajor,
  };
}

/** `[5, 0]` or newer. */
export function isDjangoAtLeast({ django }: RecipeSubject, major: number, minor = 0): boolean {
  return django[0] > major || (django[0] === major && django[1] >= minor);
}

/** A class for one migration file; operations are lines without indentation. */
export function formatMigration(
  subject: RecipeSubject,
  operations: string,
  { atomic = true, imports = '' }: { readonly atomic?: boolean; readonly imports?: string } = {},
): string {
  const indented = operations
    .trim()
    .split('\n')
    .map((line) => (line === '' ? line : `        ${line}`))
    .join('\n');
  return [
    ...(imports === '' ? [] : [imports, '']),
    'class Migration(migrations.Migration):',
    ...(atomic ? [] : ['    atomic = False']),
    `    dependencies = [("${subject.app}", "…")]`,
    '    operations = [',
    indented,
    '    ]',
  ].join('\n');
}
