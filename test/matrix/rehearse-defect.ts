import { cp } from 'node:fs/promises';
import type { Finding } from '../../src/report/finding.ts';
import { openRehearsal } from '../integration/rehearse/rehearse-project.ts';
import type { BaseName, Defect } from './defect.ts';
import type { Bases } from './open-bases.ts';
import { canBeLaidOver, plantDefect } from './plant-defect.ts';

/** What a rehearsal of a planted defect came to. */
interface RehearsedDefect {
  /** That warn or fail. */
  readonly problems: readonly Finding[];
  /** `DJ-… message`, when djdev could not do its work. */
  readonly error: string | undefined;
  /** What is still on the engine: `container web`. */
  readonly leftovers: readonly string[];
}

/** On a busy machine requests stall for reasons that are nobody's. */
const unsteady: ReadonlySet<string> = new Set(['old-release-stall']);

/** The clean project itself is what is left when nothing is planted in it. */
export function cleanBase(base: BaseName): Pick<Defect, 'base' | 'edits' | 'only' | 'id'> {
  return { id: 'nothing', base, edits: [], only: [] };
}

/** Plants the defect in a copy of its project, and rehearses that on the real engine. */
export async function rehearseDefect(
  bases: Bases,
  defect: Pick<Defect, 'base' | 'edits' | 'only' | 'id'>,
): Promise<RehearsedDefect> {
  const base = await bases.open(defect.base);
  await using t = await openRehearsal({});
  await cp(base.root, t.project.root, { recursive: true });
  if (canBeLaidOver(defect)) {
    await t.project.write('Dockerfile', `FROM ${base.image}\nCOPY . .\n`);
  }
  await plantDefect(t.project.root, defect);
  const { report, findings, leftovers } = await t.run({
    only: defect.only,
    ...(defect.base === 'releases' && {
      previous: { kind: 'git', reference: 'v1', location: undefined },
    }),
  });
  return {
    problems: findings.filter(({ level, code }) => level !== 'pass' && !unsteady.has(code)),
    error: report.error && `${report.error.code} ${report.error.message}`,
    leftovers: leftovers.map(({ kind, ownership }) => `${kind} ${ownership.role}`),
  };
}
