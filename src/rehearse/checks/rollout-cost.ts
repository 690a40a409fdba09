import type { Finding } from '../../report/finding.ts';
import { formatDuration } from '../../report/formats/quantity.ts';
import type { RolloutCause, RolloutReport } from '../../report/rollout-report.ts';

/** `rehearse.rolling`. */
interface RolloutLimits {
  readonly maxFailed?: number;
  readonly maxStallMs?: number;
}

/**
 * Whether the deployment cost what nobody has told yet: failures on the old release are told as
 * `old-release-errors` and `old-release-stall`, with the migration that they come from.
 */
export function checkRolloutCost(
  rollout: RolloutReport,
  limits: RolloutLimits,
): readonly Finding[] {
  const { causes, outcome, summary, requests } = rollout;
  const bad = [...checkFailed(rollout, limits), ...checkStalled(rollout, limits)];
  if (bad.length > 0 || outcome !== 'completed' || causes.length > 0) return bad;
  return [
    {
      code: 'deploy-cost',
      level: 'pass',
      step: 'rollout',
      title: summary,
      detail: describePhases(rollout),
      hint: '',
      measurement: { name: 'requests', value: requests, unit: 'count' },
    },
  ];
}

function checkFailed(rollout: RolloutReport, { maxFailed = 0 }: RolloutLimits): readonly Finding[] {
  const causes = rollout.causes.filter(({ kind, failed }) => isTold(kind) && failed > 0);
  const failed = causes.reduce((sum, one) => sum + one.failed, 0);
  const [first] = causes;
  if (first === undefined || failed <= maxFailed) return [];
  const more = maxFailed === 0 ? '' : `, ${maxFailed} may (rehearse.rolling.maxFailed)`;
  return [
    {
      code: 'rollout-requests-failed',
      level: 'fail',
      step: 'rollout',
      title: `${failed} of ${rollout.requests} requests fail while the new release takes over: ${first.text}.`,
      detail: [...causes.map(describeCause), '', describePhases(rollout)].join('\n'),
      hint: `${hints[first.kind]}${more === '' ? '' : ` ${failed} failed${more}.`}`,
      measurement: { name: 'requests failed', value: failed, unit: 'count' },
    },
  ];
}

function checkStalled(rollout: RolloutReport, { maxStallMs }: RolloutLimits): readonly Finding[] {
  // A machine with other work makes people wait too: without a limit only what is explained counts.
  const causes = rollout.causes.filter(
    ({ kind, stalled }) =>
      stalled > 0 && (isTold(kind) || (maxStallMs !== undefined && kind === 'unknown')),
  );
  const [first] = causes;
  if (first === undefined) return [];
  const limit =
    maxStallMs === undefined
      ? 'rehearse.rolling.maxStall sets another limit'
      : 'rehearse.rolling.maxStall';
  return [
    {
      code: 'rollout-stall',
      level: maxStallMs === undefined ? 'warn' : 'fail',
      step: 'rollout',
      title: `${first.text}.`,
      detail: [...causes.map(describeCause), '', describePhases(rollout)].join('\n'),
      hint: `More than ${formatDuration(rollout.stallMs)} (${limit}). ${waitHints[first.kind] ?? ''}`.trim(),
      measurement: { name: 'longest answer', value: rollout.worstMs, unit: 'ms' },
    },
  ];
}

/** Whether this step tells of it, and not the findings about the old release. */
function isTold(kind: RolloutCause['kind']): boolean {
  return kind === 'new-release' || kind === 'stop';
}

const hints: Readonly<Record<RolloutCause['kind'], string>> = {
  'new-release':
    'The health URL says that the new release can serve, and it cannot: let it ask for what the pages need (database, cache, templates), and add the request to rehearse.smoke.',
  stop: 'The old release has to finish what it has begun: gunicorn with --worker-class gthread takes what waits in its queue, --graceful-timeout has to be longer than the longest request, and the platform has to wait longer than that.',
  migration: '',
  'old-release': '',
  unknown: '',
};

const waitHints: Readonly<Partial<Record<RolloutCause['kind'], string>>> = {
  'new-release':
    'The first users pay for what is imported and connected late: --preload, or a health URL that resolves the URLconf and opens a connection.',
  unknown: 'The boot of the new release may need more than this machine has beside the old one.',
};

function describeCause({ text, failed, stalled, exception }: RolloutCause): string {
  const counts = [
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(stalled > 0 ? [`${stalled} waited`] : []),
  ];
  return `${text}: ${counts.join(', ')}${exception === undefined ? '' : `\n  ${exception}`}`;
}

function describePhases({ phases }: RolloutReport): string {
  return phases
    .map(
      ({ name, ms, requests, failed, stalled, worstMs }) =>
        `${name.padEnd(8)}${formatDuration(ms).padStart(8)}  ${requests} requests, ${failed} failed, ${stalled} waited, slowest ${formatDuration(worstMs)}`,
    )
    .join('\n');
}
