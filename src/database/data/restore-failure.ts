import { DjdevError, type SourceLocation } from '../../errors/djdev-error.ts';

/** An error that `psql` or `pg_restore` reported, and the statement if it was shown. */
export interface RestoreProblem {
  readonly message: string;
  readonly statement: string | undefined;
}

/** What is restored, for messages. */
export interface RestoreSubject {
  /** As people know it: `backups/prod.dump`. */
  readonly name: string;
  /** Image of the server. */
  readonly image: string;
  readonly location?: SourceLocation;
}

/** Of no account for the data: settings of newer clients, and things that are there already. */
const harmless =
  /unrecognized configuration parameter|schema "public" already exists|language "plpgsql" already exists|extension "plpgsql"/u;
const missingRole = /role "([^"]+)" does not exist/u;

/** The role that a statement needs and that does not exist. */
export function missingRoleOf({ message }: RestoreProblem): string | undefined {
  return missingRole.exec(message)?.[1];
}

/** Whether the line is an error after which going on makes no sense. */
export function isFatal(line: string): boolean {
  const error = errorIn(line);
  return error !== undefined && !harmless.test(error) && !missingRole.test(error);
}

function errorIn(line: string): string | undefined {
  return (
    /(?:ERROR|FATAL|PANIC): {1,2}(.*)$/u.exec(line)?.[1] ??
    /^pg_(?:restore|dump): (?:error|fatal): (?!.*(?:ERROR|FATAL):)(.*)$/u.exec(line)?.[1]
  );
}

/** The errors in the output of a program, with the statements that `pg_restore` and `psql -b` show. */
export function readProblems(lines: readonly string[]): readonly RestoreProblem[] {
  const problems: { message: string; statement: string | undefined }[] = [];
  for (const line of lines) {
    const error = errorIn(line);
    const last = problems.at(-1);
    if (error !== undefined && !error.startsWith('errors ignored on restore')) {
      if (!harmless.test(error)) problems.push({ message: error, statement: undefined });
      continue;
    }
    const statement = /^(?:psql:<stdin>:\d+: )?(?:Command was|STATEMENT): {1,2}(.*)$/u.exec(
      line,
    )?.[1];
    if (last && statement !== undefined) last.statement = statement;
    else if (last?.statement !== undefined && !/^(?:psql|pg_restore):/u.test(line)) {
      last.statement += `\n${line}`;
    }
  }
  return problems;
}

/** The error to throw for the first problem that is not harmless. */
export function explainRestoreFailure(
  { name, image, location }: RestoreSubject,
  lines: readonly string[],
): DjdevError {
  const fatal = lines.find(isFatal);
  const said = (fatal && errorIn(fatal)) ?? lines.at(-1) ?? 'it did not say why';
  const at = location && { location };
  const output = lines.slice(-20);
  const extension =
    /extension "([^"]+)" is not available/u.exec(said)?.[1] ??
    /extension control file "[^"]*\/([^/"]+)\.control"/u.exec(said)?.[1] ??
    /"?([\w-]+)"? (?:can only|must) be loaded via "?shared_preload_libraries/u.exec(said)?.[1];
  if (extension !== undefined) {
    return new DjdevError('DJ-RESTORE', {
      message: `${name} needs the extension “${extension}”, and the image ${image} does not offer it.`,
      hint: 'Name an image that has it: services: { postgres: { image: "…" } }.',
      ...at,
      output,
    });
  }
  if (/No space left on device|could not extend file/u.test(said)) {
    return new DjdevError('DJ-DISK-FULL', {
      message: `The disk of the Docker engine is full, so ${name} could not be restored: ${said}.`,
      hint: 'Make room, or leave large tables out with exclude_table_data.',
      output,
    });
  }
  if (/unsupported version \(|newer than|server version mismatch/u.test(said)) {
    return new DjdevError('DJ-DUMP-VERSION', {
      message: `${name} was made by a newer Postgres than that of ${image}: ${said}.`,
      hint: 'Use the version of production: services: { postgres: { version: "…" } }.',
      ...at,
    });
  }
  if (/end of file|unexpected EOF|corrupt|invalid|did not find magic string/iu.test(said)) {
    return damagedDump(name, said, location, output);
  }
  return new DjdevError('DJ-RESTORE', {
    message: `${name} could not be restored: ${said}.`,
    hint: 'Restore it by hand into an empty database of the same version to see more.',
    ...at,
    output,
  });
}

/** A dump that ends too early, or is no dump. */
export function damagedDump(
  name: string,
  because: string,
  location: SourceLocation | undefined,
  output: readonly string[] = [],
): DjdevError {
  return new DjdevError('DJ-DUMP-UNREADABLE', {
    message: `${name} is not a whole dump of Postgres: ${because}.`,
    hint: 'Make it again with pg_dump -Fc, and compare its size with that of the original.',
    ...(location && { location }),
    output,
  });
}
