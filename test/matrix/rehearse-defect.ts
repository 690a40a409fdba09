import { execFile } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { FindingCode } from '../../src/report/finding-codes.ts';
import type { Finding } from '../../src/report/finding.ts';
import type { Report } from '../../src/report/report.ts';
import type { StepId } from '../../src/report/step.ts';
import { openRehearsal } from '../integration/rehearse/rehearse-project.ts';
import type { BaseName, Defect } from './defect.ts';
import type { Bases } from './open-bases.ts';
import { canBeLaidOver, plantDefect } from './plant-defect.ts';

/** What a rehearsal of a planted defect came to. */
interface RehearsedDefect {
  /** That warn or fail. */
  readonly problems: readonly Finding[];
  /** `DJ-… message`, when djdev could not do its work, or not in time. */
  readonly error: string | undefined;
  /** What is still on the engine: `container web`. */
  readonly leftovers: readonly string[];
}

/** On a busy machine requests take long for reasons that are nobody's: found only when planted. */
const unsteady: readonly FindingCode[] = [
  'old-release-stall',
  'rollout-stall',
  'database-recovery-slow',
  'database-pause-fails',
];

/**
 * Steps that others only come after, and that have nothing to say of the defect: a rehearsal
 * without them takes half of the time.
 */
function chooseSkipped(only: readonly StepId[]): readonly StepId[] {
  if (only.length === 0) return [];
  const dispensable: readonly StepId[] = ['static', 'smoke'];
  return [...dispensable, ...(only.includes('static') ? [] : ['settings' as const])].filter(
    (step) => !only.includes(step),
  );
}

/** What is so in a clean project already: the library is about migrations, and has little else. */
const standing: Readonly<Record<BaseName, readonly FindingCode[]>> = {
  shop: [],
  bookings: [],
  kiosk: [],
  releases: ['deploy-check'],
};

/** The clean project itself is what is left when nothing is planted in it. */
export function cleanBase(base: BaseName): Pick<Defect, 'base' | 'edits' | 'only' | 'id'> {
  return { id: 'nothing', base, edits: [], only: base === 'releases' ? ['rollout'] : [] };
}

/** Plants the defect in a copy of its project, and rehearses that on the real engine. */
export async function rehearseDefect(
  bases: Bases,
  defect: Pick<Defect, 'base' | 'edits' | 'only' | 'id'> & Partial<Pick<Defect, 'found'>>,
): Promise<RehearsedDefect> {
  const base = await bases.open(defect.base);
  await using t = await openRehearsal({}, 250_000);
  await cp(base.root, t.project.root, { recursive: true });
  if (canBeLaidOver(defect)) {
    await t.project.write('Dockerfile', `FROM ${base.image}\nCOPY . .\n`);
  }
  const isRolledOut = defect.only.some((step) => step === 'previous' || step === 'rollout');
  if (isRolledOut) await commit(t.project.root, 'v1');
  await plantDefect(t.project.root, defect);
  const { report, findings, leftovers } = await t.run({
    only: defect.only,
    skip: chooseSkipped(defect.only),
    ...(isRolledOut && { previous: { kind: 'git', reference: 'v1', location: undefined } }),
  });
  const wanted = defect.found?.code;
  const ignored = [...unsteady, ...standing[defect.base]];
  return {
    problems: findings.filter(
      ({ level, code }) => level !== 'pass' && (code === wanted || !ignored.includes(code)),
    ),
    error: report.verdict === 'interrupted' ? 'it took too long' : describeError(report),
    leftovers: leftovers.map(({ kind, ownership }) => `${kind} ${ownership.role}`),
  };
}

function describeError({ error }: Report): string | undefined {
  return error && `${error.code} ${error.message}`;
}

/** The clean project is the release that serves while the defect is deployed. */
async function commit(root: string, tag: string): Promise<void> {
  const who = ['-c', 'user.name=t', '-c', 'user.email=t@example.com'];
  for (const args of [
    ['init', '--quiet'],
    ['add', '--all'],
    [...who, 'commit', '--quiet', '--message', tag],
    ['tag', tag],
  ])
    await promisify(execFile)('git', args, { cwd: root });
}
