import type { RunnerResult } from '../../django/django-runner.ts';
import { findOwnFrame, formatPythonError, type PythonError } from '../../django/python-error.ts';
import type { FailedStep } from '../../django/run-migrate.ts';
import type { SourceLocation } from '../../errors/djdev-error.ts';
import type { Finding } from '../../report/finding.ts';
import type { LocatePath } from './deploy-check-location.ts';
import { adviseOnMigrationGraph } from './migration-graph.ts';

const shownLines = 10;

/** A migration that failed, with the database's own words. */
export function explainFailedMigration(
  step: FailedStep,
  result: Pick<RunnerResult, 'errors' | 'tail'>,
  locate: LocatePath,
): Finding {
  const chain = result.errors[0]?.chain ?? [];
  const operation = step.operation === null ? '' : ` (${step.operation})`;
  return {
    code: 'migration-failed',
    level: 'fail',
    step: 'migrate',
    title: `The migration ${step.app}.${step.name} failed${operation}: ${describeFailure(chain)}`,
    detail: lastLines(result.tail),
    hint: adviseOn(chain),
    location: locateStep(step, chain, locate),
  };
}

/** A release command that failed outside of any migration. */
export function explainFailedCommand(
  command: readonly string[],
  result: Pick<RunnerResult, 'errors' | 'tail' | 'exitCode'>,
  locate: LocatePath,
): Finding {
  const chain = (result.errors[0]?.chain ?? []).filter((error) => error.class !== 'SystemExit');
  const reason = chain.length === 0 ? `exit code ${result.exitCode}` : describeFailure(chain);
  const frame = findOwnFrame(chain);
  return {
    code: 'migration-failed',
    level: 'fail',
    step: 'migrate',
    title: `The release command “${command.join(' ')}” failed: ${reason}`,
    detail:
      lastLines(result.tail) || `Exit code ${result.exitCode}; all it wrote is the traceback.`,
    hint: adviseOn(chain),
    ...(frame && {
      location: { file: locate(frame.file), ...(frame.line !== null && { line: frame.line }) },
    }),
  };
}

/** The database's error in one line, with its SQLSTATE and its detail; else the exception. */
function describeFailure(chain: readonly PythonError[]): string {
  const fromDatabase = chain.find(({ sqlstate, pgcode }) => sqlstate ?? pgcode);
  if (!fromDatabase) return chain[0] ? formatPythonError(chain[0]) : 'it gave no reason';
  const lines = fromDatabase.message.split('\n');
  const detail = lines.find((line) => line.startsWith('DETAIL:'))?.slice('DETAIL:'.length);
  const state = fromDatabase.sqlstate ?? fromDatabase.pgcode ?? '';
  return `${lines[0] ?? ''}${detail === undefined ? '' : ` – ${detail.trim()}`} (${state})`;
}

/** Advice by SQLSTATE, where the state alone says what to do. */
const advice: Readonly<Record<string, string>> = {
  '42501':
    'The migration needs a right that only a superuser has: it would need it in production, too.',
  '58P01': 'The extension is not in this Postgres image. Name one under services that has it.',
  '0A000': 'The extension is not in this Postgres image. Name one under services that has it.',
  '23505': 'Rows break the new constraint. Clean them in an earlier migration.',
  '23502': 'Rows have no value for a column that must have one. Fill it in an earlier migration.',
  '55P03': 'Something else held the lock. Keep migrations short and run them alone.',
};

/** How psycopg and the C library say that nobody is there, or that the password is another one. */
const unreachable =
  /connection to server .* failed|could not connect to server|failed to resolve host|could not translate host name|connection failed:/u;

function adviseOn(chain: readonly PythonError[]): string {
  const state = chain.map(({ sqlstate, pgcode }) => sqlstate ?? pgcode).find(Boolean);
  const message = chain[0]?.message ?? '';
  if (message.includes('Conflicting migrations'))
    return 'Run “python manage.py makemigrations --merge” and commit the file.';
  const named = adviseOnMigrationGraph(chain);
  if (named !== undefined) return named;
  if (unreachable.test(message))
    return (
      'The settings look for a database elsewhere than the rehearsal’s. Let them read its address ' +
      'from the environment, and pass it under app.env in djdev.yaml, for example ' +
      'DATABASE_URL: ${services.postgres.url}'
    );
  return (
    advice[state ?? ''] ??
    'Production would stop here as well: the release command fails, and the new code is not started.'
  );
}

/** The line of the project's code that failed, else the operation's line in the migration. */
function locateStep(
  step: FailedStep,
  chain: readonly PythonError[],
  locate: LocatePath,
): SourceLocation {
  const frame = step.own ? findOwnFrame(chain) : undefined;
  const line = frame?.line ?? step.line;
  return {
    file: locate(frame?.file ?? step.file),
    ...(line !== null && line !== undefined && { line }),
  };
}

/** The last lines of output besides tracebacks: title and location say what those say. */
function lastLines(tail: readonly string[]): string {
  const kept: string[] = [];
  // Of a long traceback the first line is not among the last ones.
  const isHeader = (line: string): boolean => line.startsWith('Traceback (most recent call last)');
  let inTraceback = tail.find((line) => isHeader(line) || isFrame.test(line))?.startsWith(' ');
  for (const line of tail) {
    if (isHeader(line)) inTraceback = true;
    else if (inTraceback !== true) kept.push(line);
    // The line of the exception itself is the first without indentation.
    else if (line !== '' && !line.startsWith(' ')) inTraceback = false;
  }
  return kept
    .filter((line) => line.trim() !== '' && !betweenTracebacks.test(line))
    .slice(-shownLines)
    .join('\n');
}

const isFrame = /^ +File ".+", line \d+/u;

const betweenTracebacks =
  /^(?:The above exception was|During handling of the above|Exception ignored in)/u;
