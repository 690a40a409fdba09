import type { MigrationReport } from '../report/migration-report.ts';

/** When and with what words somebody failed. */
export interface Failure {
  /** Last line of the traceback, when it is known. */
  readonly exception: string | undefined;
  /** When the answer came, in milliseconds since the start of the migrations. */
  readonly answeredAtMs: number;
}

/** The clocks of two processes are read, and a commit is seen before it is answered. */
const slackMs = 30;

/**
 * The migration that a failure comes from: the latest one that changed what the exception names,
 * else the last one that was committed before the answer. `undefined` before the first one.
 */
export function blameMigration(
  { exception, answeredAtMs }: Failure,
  migrations: readonly MigrationReport[],
): string | undefined {
  const begun = migrations.filter(({ startedAtMs }) => startedAtMs <= answeredAtMs + slackMs);
  const named = begun.findLast((migration) => changesWhat(exception ?? '', migration));
  const committed = begun.findLast(
    ({ startedAtMs, ms }) => startedAtMs + ms <= answeredAtMs + slackMs,
  );
  const blamed = named ?? committed ?? begun.at(-1);
  return blamed && nameMigration(blamed);
}

/** `shop.0005_total`. */
export function nameMigration({ app, name }: Pick<MigrationReport, 'app' | 'name'>): string {
  return `${app}.${name}`;
}

/** `null value in column "note" of relation "library_loan"`, `column library_book.pages does not exist`. */
function changesWhat(exception: string, { schemaChanges }: MigrationReport): boolean {
  const [, column, relation] =
    /column "?([\w$]+)"? of relation "?([\w$]+)"?/u.exec(exception) ??
    reverse(/column "?([\w$]+)"?\."?([\w$]+)"? does not exist/u.exec(exception)) ??
    [];
  const table =
    relation ?? /relation "?(?:[\w$]+\.)?([\w$]+)"? does not exist/u.exec(exception)?.[1];
  const alone = /column "([\w$]+)" does not exist/u.exec(exception)?.[1];
  return schemaChanges.some((change) => {
    const bare = change.table.split('.').at(-1);
    const names = (word: string): boolean =>
      change.detail.split(/[^\w$]+/u).includes(word) || bare === word;
    if (column !== undefined) return bare === table && names(column);
    if (table !== undefined) return names(table);
    return alone !== undefined && names(alone);
  });
}

/** `table.column` as `column of table`. */
function reverse(match: RegExpExecArray | null): readonly (string | undefined)[] | undefined {
  return match ? [match[0], match[2], match[1]] : undefined;
}
