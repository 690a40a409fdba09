import type { CheckRule } from '../../project/project.ts';
import type { Finding, Judgement } from '../../report/finding.ts';
import { isEssential } from './essential-codes.ts';
import { fingerprintFinding } from './fingerprint-finding.ts';

/** What a team has decided about findings. */
export interface Policy {
  readonly rules: readonly CheckRule[];
  /** Fingerprints of findings that were there before; see `fingerprintFinding`. */
  readonly baseline: ReadonlySet<string>;
  /** `2027-03-01`, in UTC. */
  readonly today: string;
}

/**
 * The finding with the level that the team gave it. The first rule that fits holds; one whose date
 * has passed is told of and holds no more; a rule comes before the baseline. Findings without
 * which nothing else could be measured keep their level.
 */
export function judgeFinding(finding: Finding, policy: Policy): Finding {
  if (finding.level === 'pass' || isEssential(finding.code)) return finding;
  const rule = policy.rules.find((candidate) => fits(candidate, finding));
  if (rule !== undefined) return applyRule(finding, rule, policy.today);
  if (!policy.baseline.has(fingerprintFinding(finding))) return finding;
  return judged(finding, 'pass', { by: 'baseline' });
}

function fits(rule: CheckRule, finding: Finding): boolean {
  if (rule.code !== finding.code) return false;
  const { contains } = rule;
  return contains === undefined || `${finding.title}\n${finding.detail}`.includes(contains);
}

function applyRule(finding: Finding, rule: CheckRule, today: string): Finding {
  const { level, reason, until } = rule;
  if (until !== undefined && today > until) {
    const place = rule.location?.line === undefined ? '' : ` (line ${rule.location.line})`;
    const note = `rehearse.checks.${rule.code}${place} held until ${until}.`;
    return { ...finding, hint: `${finding.hint}\n${note}`.trim() };
  }
  return judged(finding, level === 'off' ? 'pass' : level, {
    by: 'rule',
    ...(reason === undefined ? {} : { reason }),
    ...(until === undefined ? {} : { until }),
  });
}

function judged(
  finding: Finding,
  level: Finding['level'],
  { by, reason, until }: Omit<Judgement, 'from'>,
): Finding {
  if (level === finding.level) return finding;
  return {
    ...finding,
    level,
    judgement: {
      from: finding.level,
      by,
      ...(reason === undefined ? {} : { reason }),
      ...(until === undefined ? {} : { until }),
    },
  };
}
