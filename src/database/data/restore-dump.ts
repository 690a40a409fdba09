import { randomBytes } from 'node:crypto';
import type { Clock } from '../../context/clock.ts';
import type { Engine, ExecRequest } from '../../engine/engine.ts';
import { DjdevError, type SourceLocation } from '../../errors/djdev-error.ts';
import type { Secret } from '../../project/secret.ts';
import { cleanPlainDump, type PlainDumpState } from './clean-plain-dump.ts';
import type { DumpSource } from './dump-source.ts';
import { type DumpStream, readDumpFile, readDumpStream } from './dump-stream.ts';
import { excludeFromList } from './exclude-tables.ts';
import type { DumpFormat } from './identify-dump.ts';
import {
  damagedDump,
  explainRestoreFailure,
  isFatal,
  missingRoleOf,
  readProblems,
  type RestoreSubject,
} from './restore-failure.ts';
import { createRestoreProgress, type RestoreProgress } from './restore-progress.ts';
import { type FedProgram, runFeeding } from './run-feeding.ts';
import { uploadDirectory } from './upload-directory.ts';

/** A Postgres in a container, whose own programs do the work: no volume and no port is needed. */
export interface RestoreServer {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly container: string;
  readonly user: string;
  readonly password: Secret;
  /** As the manifest names it. */
  readonly image: string;
  /** `17`. */
  readonly majorVersion: number;
}

/** A dump and how it is to be restored. */
export interface RestoreRequest {
  /** For messages: `backups/prod.dump`. */
  readonly name: string;
  readonly location?: SourceLocation | undefined;
  readonly source:
    | DumpSource
    /** Bytes from elsewhere: a command, or `pg_dump` itself. */
    | { readonly kind: 'stream'; readonly bytes: AsyncIterable<Buffer> };
  readonly excludeTableData: readonly string[];
  readonly onProgress: (text: string) => void;
}

/**
 * Restores a dump into an empty database of the server. Owners and grants are left out, roles that
 * are named all the same are made. Throws `DJ-DUMP-UNREADABLE`, `DJ-DUMP-VERSION`, `DJ-RESTORE`
 * and `DJ-DISK-FULL`; the database is then of no use.
 */
export async function restoreDump(
  server: RestoreServer,
  database: string,
  request: RestoreRequest,
): Promise<void> {
  const { source } = request;
  const total = source.kind === 'stream' ? undefined : source.bytes;
  const progress = createRestoreProgress(server.clock, total, request.onProgress);
  const restoring: Restoring = { server, database, request, progress };
  if (source.kind === 'directory') return await restoreDirectory(restoring, source.path);
  const { name, location } = request;
  const origin = { name, location, onBytes: progress.addBytes };
  const dump =
    source.kind === 'stream'
      ? await readDumpStream(source.bytes, origin)
      : await readDumpFile(source.path, origin, server.signal);
  checkVersion(restoring, dump.content);
  if (dump.content.kind === 'plain') await restorePlain(restoring, dump);
  else await restoreArchive(restoring, dump);
}

interface Restoring {
  readonly server: RestoreServer;
  readonly database: string;
  readonly request: RestoreRequest;
  readonly progress: RestoreProgress;
}

/** The variables by which the programs of Postgres find database and user. */
export function postgresEnvironment(
  { user, password }: Pick<RestoreServer, 'user' | 'password'>,
  database: string,
): NonNullable<ExecRequest['environment']> {
  return {
    PGUSER: user,
    PGPASSWORD: password,
    PGDATABASE: database,
    PGOPTIONS: '-c synchronous_commit=off -c client_min_messages=warning',
    LC_ALL: 'C',
  };
}

function subjectOf({ server, request }: Restoring): RestoreSubject {
  const { name, location } = request;
  return { name, image: server.image, ...(location && { location }) };
}

function checkVersion(restoring: Restoring, { serverVersion }: DumpFormat): void {
  const { server, request } = restoring;
  const major = Number.parseInt(serverVersion ?? '', 10);
  if (!(major > server.majorVersion)) return;
  throw new DjdevError('DJ-DUMP-VERSION', {
    message: `${request.name} was made of Postgres ${serverVersion}, and ${server.image} is Postgres ${server.majorVersion}: a newer dump cannot be restored.`,
    hint: `Use the version of production: services: { postgres: { version: ${major} } }.`,
    ...(request.location && { location: request.location }),
  });
}

async function restorePlain(restoring: Restoring, { bytes, content }: DumpStream): Promise<void> {
  const { request, progress } = restoring;
  const state: PlainDumpState = { endsInRows: false, isComplete: false };
  const result = await feed(
    restoring,
    ['psql', '-Xqb', '-v', 'ON_ERROR_STOP=0', '-o', '/dev/null', '-f', '-'],
    follow(cleanPlainDump(bytes, request.excludeTableData, state), progress),
  );
  if (state.endsInRows) {
    throw damagedDump(request.name, 'it ends in the middle of a table', request.location);
  }
  if (content.hasTrailer && !state.isComplete && !result.brokeOff) {
    throw damagedDump(request.name, 'its last line is missing', request.location);
  }
  await finish(restoring, result);
}

const archiveOptions = ['--no-owner', '--no-acl', '--no-publications', '--no-subscriptions'];

async function restoreArchive(restoring: Restoring, { bytes, content }: DumpStream): Promise<void> {
  const { request, database, progress } = restoring;
  const { list, rest: all } =
    request.excludeTableData.length === 0
      ? { list: undefined, rest: bytes }
      : await readList(restoring, bytes);
  const whole = content.kind === 'tar' ? wholeTar(all, request) : all;
  const rest = follow(whole, progress);
  const command = ['pg_restore', ...archiveOptions, '-d', database];
  if (list === undefined) return await finish(restoring, await feed(restoring, command, rest));
  await using file = await writeFile(restoring, list);
  await finish(restoring, await feed(restoring, [...command, '-L', file.path], rest));
}

/** What the archive holds, without the excluded rows; and the archive from its beginning. */
async function readList(
  restoring: Restoring,
  bytes: AsyncIterable<Buffer>,
): Promise<{ readonly list: string | undefined; readonly rest: AsyncIterable<Buffer> }> {
  const iterator = bytes[Symbol.asyncIterator]();
  const seen: Buffer[] = [];
  const head = (async function* () {
    for (;;) {
      const { value, done } = await iterator.next();
      if (done === true) return;
      seen.push(value);
      yield value;
    }
  })();
  const result = await feed(restoring, ['pg_restore', '-l'], head);
  if (result.exitCode !== 0) throw explainRestoreFailure(subjectOf(restoring), result.errors);
  return {
    list: excludeFromList(result.stdout, restoring.request.excludeTableData),
    rest: (async function* () {
      yield* seen;
      for (;;) {
        const { value, done } = await iterator.next();
        if (done === true) return;
        yield value;
      }
    })(),
  };
}

async function restoreDirectory(restoring: Restoring, path: string): Promise<void> {
  const { server, request, database, progress } = restoring;
  await using directory = await uploadDirectory(server, path, progress.addBytes);
  const list = await feed(restoring, ['pg_restore', '-l', directory.path], nothing());
  if (list.exitCode !== 0) throw explainRestoreFailure(subjectOf(restoring), list.errors);
  const serverVersion = /Dumped from database version: (\S+)/u.exec(list.stdout)?.[1];
  checkVersion(restoring, { kind: 'custom', serverVersion, hasTrailer: false });
  const shorter = excludeFromList(list.stdout, request.excludeTableData);
  await using file = await writeFile(restoring, shorter ?? list.stdout);
  progress.begin('restoring the tables side by side');
  const command = ['pg_restore', ...archiveOptions, '-j', '4', '-d', database, '-L', file.path];
  await finish(restoring, await feed(restoring, [...command, directory.path], nothing()));
}

/** A small file in the container, gone at the end of the block. */
async function writeFile(
  { server }: Restoring,
  content: string,
): Promise<AsyncDisposable & { readonly path: string }> {
  const { engine, container, signal } = server;
  const path = `/tmp/djdev-${randomBytes(6).toString('hex')}`;
  const write = ['sh', '-c', 'cat > "$0"', path];
  await engine.execToEnd(container, { command: write, input: content }, signal);
  return {
    path,
    async [Symbol.asyncDispose]() {
      const late = AbortSignal.timeout(15_000);
      await engine.execToEnd(container, { command: ['rm', '-f', path] }, late).catch(() => {});
    },
  };
}

async function feed(
  { server, database }: Restoring,
  command: readonly string[],
  input: AsyncIterable<Buffer>,
): Promise<FedProgram> {
  const request = { command, environment: postgresEnvironment(server, database) };
  return await runFeeding(server, request, input, isFatal);
}

/** `pg_restore` waits for ever for the rest of a tar that is cut off; the end of one is zeros. */
async function* wholeTar(
  input: AsyncIterable<Buffer>,
  { name, location }: RestoreRequest,
): AsyncGenerator<Buffer> {
  let tail: Buffer = Buffer.alloc(0);
  for await (const chunk of input) {
    tail = Buffer.concat([tail, chunk.subarray(-tarBlockBytes)]).subarray(-tarBlockBytes);
    yield chunk;
  }
  if (tail.some((byte) => byte !== 0)) throw damagedDump(name, 'it breaks off', location);
}

const tarBlockBytes = 512;

async function* nothing(): AsyncGenerator<Buffer> {}

/** What is restored; when all of it has been taken, the rest of the work begins. */
async function* follow(
  input: AsyncIterable<Buffer>,
  progress: RestoreProgress,
): AsyncGenerator<Buffer> {
  yield* input;
  progress.begin('building indexes and constraints');
}

/** Says what went wrong; what failed for want of a role is done again with it. */
async function finish(restoring: Restoring, result: FedProgram): Promise<void> {
  const subject = subjectOf(restoring);
  if (result.errors.some(isFatal)) throw explainRestoreFailure(subject, result.errors);
  const problems = readProblems(result.errors);
  if (
    problems.length === 0 &&
    result.exitCode !== 0 &&
    !/errors ignored/u.test(result.errors.join('\n'))
  ) {
    throw explainRestoreFailure(subject, result.errors);
  }
  if (problems.length === 0) return;
  const roles = new Set(problems.map(missingRoleOf).filter((role) => role !== undefined));
  const create = [...roles].map((role) => `CREATE ROLE "${role.replaceAll('"', '""')}" NOLOGIN;`);
  const again = problems.flatMap(({ statement }) =>
    statement === undefined ? [] : [`${statement.replace(/;?\s*$/u, '')};`],
  );
  const { server, database } = restoring;
  const command = ['psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-f', '-'];
  const retried = await server.engine.execToEnd(
    server.container,
    {
      command,
      environment: postgresEnvironment(server, database),
      input: [...create, ...again].join('\n'),
    },
    server.signal,
  );
  if (retried.exitCode !== 0) {
    throw explainRestoreFailure(subject, retried.stderr.split('\n').filter(Boolean));
  }
}
