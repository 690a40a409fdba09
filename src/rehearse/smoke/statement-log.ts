import type { LogLine } from '../../engine/engine.ts';

const mark = 'djdev-statement';

/** `log_line_prefix` of Postgres: by it a line is known, with its database, program and client. */
export const logPrefix = `${mark} %d|%a|%h| `;

/** The statements in the log of a Postgres, as they come. */
export interface StatementLog {
  /** Reads until the log ends. */
  follow(lines: AsyncIterable<LogLine>): Promise<void>;
  /** Resolves when a statement of djdev with this text has come, or with `false` by the signal. */
  arrived(text: string, signal: AbortSignal): Promise<boolean>;
  /** What the application sent between the last statements with these two texts. */
  between(begin: string, end: string): readonly string[];
}

interface Statement {
  readonly database: string;
  readonly program: string;
  readonly client: string;
  text: string;
}

/** Hands on the lines of a Postgres but for the statements, which hold what rows hold. */
export function withoutStatements(onLine: (line: string) => void): (line: string) => void {
  let isWithin = false;
  return (line) => {
    isWithin = line.startsWith(mark) || (isWithin && line.startsWith('\t'));
    if (!isWithin) onLine(line);
  };
}

/** Whose statements count: those with a database, from an address, or both. */
export interface StatementSource {
  readonly database?: string;
  readonly client?: string;
}

/** Collects the statements of all sessions; djdev's own serve as marks. */
export function createStatementLog(source: StatementSource): StatementLog {
  const statements: Statement[] = [];
  let onStatement = (): void => undefined;
  let last: Statement | undefined;
  return {
    async follow(lines) {
      for await (const { text } of lines) {
        const read = readStatement(text);
        if (read !== undefined) {
          last = read;
          statements.push(read);
          onStatement();
        } else if (text.startsWith('\t') && last !== undefined) last.text += `\n${text.slice(1)}`;
        else if (text !== '') last = undefined;
      }
    },
    async arrived(text, signal) {
      const { promise, resolve } = Promise.withResolvers<boolean>();
      onStatement = () => {
        if (statements.some((one) => one.text.includes(text))) resolve(true);
      };
      signal.addEventListener('abort', () => resolve(false), { once: true });
      onStatement();
      return signal.aborted ? false : await promise;
    },
    between(begin, end) {
      const find = (wanted: string): number =>
        statements.findLastIndex(({ text }) => text.includes(wanted));
      return statements
        .slice(find(begin) + 1, find(end))
        .filter(isQueryOf(source))
        .map(({ text }) => text);
    },
  };
}

function readStatement(line: string): Statement | undefined {
  const found = new RegExp(
    String.raw`^${mark} ([^|]*)\|([^|]*)\|([^|]*)\| LOG:\s+(?:statement|execute [^:]+): ([\s\S]*)$`,
  ).exec(line);
  if (found === null) return undefined;
  const [, database = '', program = '', client = '', text = ''] = found;
  return { database, program, client, text };
}

/** Ends and beginnings of transactions, and what drivers send when they open a connection. */
const upkeep =
  /^\s*(BEGIN|START TRANSACTION|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET|SHOW|DISCARD|SELECT 1;?\s*$|SELECT set_config\()/i;

const isQueryOf =
  ({ database, client }: StatementSource) =>
  (statement: Statement): boolean =>
    (database === undefined || statement.database === database) &&
    (client === undefined || statement.client === client) &&
    !statement.program.startsWith('djdev') &&
    !upkeep.test(statement.text);
