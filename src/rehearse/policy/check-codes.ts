import { closestName } from '../../project/closest-name.ts';
import { throwIssues } from '../../project/manifest.ts';
import type { Project } from '../../project/project.ts';
import { type FindingCode, findingCodes } from '../../report/finding-codes.ts';
import { isEssential } from './essential-codes.ts';

/**
 * Throws `DJ-MANIFEST-INVALID` for rules about codes that do not exist, or that no rule can
 * change.
 */
export function checkCodes({ root, manifests, rehearse }: Project): void {
  const issues = (rehearse.checks ?? []).flatMap(({ code, location }) => {
    const problem = findProblem(code);
    const place = location ?? { file: manifests[0] ?? root };
    return problem === undefined ? [] : [{ ...problem, location: place }];
  });
  throwIssues(issues, root);
}

function findProblem(code: string): { message: string; hint: string } | undefined {
  const known = Object.keys(findingCodes);
  if (!Object.hasOwn(findingCodes, code)) {
    const meant = closestName(code, known);
    return {
      message: `rehearse.checks.${code} is not a finding code.`,
      hint: meant ? `Did you mean “${meant}”?` : 'docs/findings.md lists them.',
    };
  }
  if (!isEssential(code as FindingCode)) return undefined;
  return {
    message: `rehearse.checks.${code} cannot be changed: without it nothing else can be measured.`,
    hint: 'Remove the line.',
  };
}
