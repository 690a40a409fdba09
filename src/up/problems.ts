import type { StackEvent } from '../report/stack-event.ts';

/** Something that is wrong until an edit, a key or a command mends it. */
export interface Problem {
  /** Names what is wrong, so that the same thing going wrong again takes its place. */
  readonly key: string;
  /** Processes that it is about; empty when it is about all. */
  readonly roles: readonly string[];
  readonly message: string;
  /** The few lines that say most. */
  readonly detail: readonly string[];
  readonly fix: string;
  /** The files it is about, relative to the build context; empty when they are not known. */
  readonly paths: readonly string[];
}

/** How a message about code ends that was not taken. */
export const oldCodeServes = ' The old code goes on serving.';

const detailLines = 2;
const shownMigrations = 3;

/** What is wrong after an event. Pure. */
export function foldProblems(problems: readonly Problem[], event: StackEvent): readonly Problem[] {
  const without = (...keys: readonly string[]): readonly Problem[] =>
    problems.some(({ key }) => keys.includes(key))
      ? problems.filter(({ key }) => !keys.includes(key))
      : problems;
  const add = (problem: Problem): readonly Problem[] => [...without(problem.key), problem];
  switch (event.type) {
    case 'edit-failed':
      return add(describeEdit(event));
    case 'edit-applied':
      return problems.some((one) => isMended(one, event))
        ? without(`edit ${event.role}`)
        : problems;
    case 'edit-recovered':
      return without(`edit ${event.role}`);
    case 'process-ended':
      return add(describeEnd(event));
    case 'process-running':
      return without(`end ${event.role}`, `answer ${event.role}`);
    case 'process-answered':
      if (event.healthy) return without(`end ${event.role}`, `answer ${event.role}`);
      return [...without(`end ${event.role}`, `answer ${event.role}`), describeAnswer(event)];
    case 'container-changed':
      return event.action === 'recreated' || event.action === 'created'
        ? without(`end ${event.role}`, `edit ${event.role}`)
        : problems;
    case 'migrations-found':
      return event.pending.length === 0
        ? without('migrations')
        : add(describePending(event.pending));
    case 'migrations-applied':
      return without('migrations');
    case 'round-failed':
      return [...without('build', 'start'), describeRound(event)];
    case 'round-succeeded':
      return without('build', 'start');
    default:
      return problems;
  }
}

type EventOf<T extends StackEvent['type']> = Extract<StackEvent, { type: T }>;

/** An edit that needed no reload proves nothing about other files. */
function isMended(problem: Problem, { role, paths, reload }: EventOf<'edit-applied'>): boolean {
  if (problem.key !== `edit ${role}`) return false;
  const isLoaded = reload !== undefined && reload.kind !== 'none' && reload.kind !== 'templates';
  return isLoaded || problem.paths.some((path) => paths.includes(path));
}

function describeEdit({ role, message, output, hint, paths }: EventOf<'edit-failed'>): Problem {
  const isServing = message.endsWith(oldCodeServes);
  return {
    key: `edit ${role}`,
    roles: [role],
    message: isServing ? message.slice(0, -oldCodeServes.length) : message,
    detail: lastLines(output),
    fix:
      hint ??
      (isServing ? 'Mend it and save; the old code serves until then.' : 'Mend it and save.'),
    paths,
  };
}

function describeEnd({ role, exitCode, outOfMemory }: EventOf<'process-ended'>): Problem {
  const why = outOfMemory ? ', its memory was used up' : '';
  return {
    key: `end ${role}`,
    roles: [role],
    message: `ended with exit code ${exitCode}${why}`,
    detail: [],
    fix: `r starts it again, as does djdev restart ${role}; djdev logs ${role} shows why it ended.`,
    paths: [],
  };
}

function describeAnswer({ role, url, status }: EventOf<'process-answered'>): Problem {
  return {
    key: `answer ${role}`,
    roles: [role],
    message: status === undefined ? `nothing answers at ${url}` : `${url} answers ${status}`,
    detail: [],
    fix: `djdev logs ${role} shows why.`,
    paths: [],
  };
}

function describePending(pending: readonly string[]): Problem {
  const names = pending.slice(0, shownMigrations).join(', ');
  const more = pending.length - shownMigrations;
  const count = pending.length === 1 ? '1 migration is' : `${pending.length} migrations are`;
  return {
    key: 'migrations',
    roles: [],
    message: `${count} pending: ${names}${more > 0 ? ` and ${more} more` : ''}`,
    detail: [],
    fix: 'm applies them, as does djdev manage migrate.',
    paths: [],
  };
}

function describeRound({ stage, message, hint, output }: EventOf<'round-failed'>): Problem {
  return {
    key: stage,
    roles: [],
    message,
    detail: lastLines(output),
    fix: hint ?? 'Mend it and save.',
    paths: [],
  };
}

function lastLines(output: readonly string[] = []): readonly string[] {
  return output.filter((line) => line.trim() !== '').slice(-detailLines);
}

/** What went from one state to the next: mended, not replaced by the same thing anew. Pure. */
export function findMended(
  before: readonly Problem[],
  after: readonly Problem[],
): readonly Problem[] {
  return before.filter(({ key }) => !after.some((one) => one.key === key));
}
