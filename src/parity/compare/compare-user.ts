import type { SideFacts } from '../side-facts.ts';
import { type AreaOutcome, type CompareInput, difference, unionOf } from './compare-input.ts';

type Fact = keyof SideFacts['user'];

const costs: Readonly<Record<Fact, number>> = {
  uid: 2,
  gid: 1,
  groups: 1,
  umask: 1,
  capabilities: 2,
  noNewPrivileges: 1,
  directory: 2,
  canWriteDirectory: 2,
  canWriteRoot: 2,
};
const rootCost = 5;
const names: Readonly<Record<Fact, string>> = {
  uid: 'user id',
  gid: 'group id',
  groups: 'groups',
  umask: 'umask',
  capabilities: 'capabilities',
  noNewPrivileges: 'no-new-privileges',
  directory: 'working directory',
  canWriteDirectory: 'may write the working directory',
  canWriteRoot: 'may write the root file system',
};

/** Who the server's process is, and what it may do. */
export function compareUser({ here, production }: CompareInput): AreaOutcome {
  return unionOf(here.user, production.user).flatMap((key) => {
    const fact = key as Fact;
    const [own, other] = [here.user[fact], production.user[fact]];
    if (String(own) === String(other) || own === null || other === null) return [];
    const isRoot = fact === 'uid' && (own === 0 || other === 0);
    return [
      difference('user', {
        subject: names[fact],
        here: describe(own),
        production: describe(other),
        origin: 'USER, or what the platform starts the container with',
        cost: isRoot ? rootCost : costs[fact],
        advice:
          'Let USER in the Dockerfile decide on both sides, and the platform not overrule it.',
      }),
    ];
  });
}

function describe(value: SideFacts['user'][Fact]): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return Array.isArray(value) ? value.join(' ') || 'none' : String(value);
}
