import type { RolloutReport } from '../../report/rollout-report.ts';
import { formatCount, formatDuration } from '../../report/formats/quantity.ts';

type Cost = Pick<
  RolloutReport,
  'outcome' | 'rps' | 'requests' | 'failed' | 'stalled' | 'downtimeMs' | 'worstMs' | 'causes'
> & {
  readonly reason?: string;
  /** Programs that wanted each processor, 1 at least. */
  readonly pressure: number;
};

const shownCauses = 2;
/** From then on an answer may take much longer than anywhere else. */
const busyPressure = 2;

/** The line for everybody: what the deploy would have cost, and why. */
export function describeCost(cost: Cost): string {
  const { outcome, reason = '', failed, stalled, requests, rps, worstMs, pressure } = cost;
  const busy = pressure < busyPressure ? '' : ' on this busy machine';
  if (outcome === 'not-measured') {
    return `What this deploy would have cost could not be measured: ${reason}.`;
  }
  const isFree = failed + stalled === 0;
  if (outcome === 'refused') {
    const until = isFree ? 'no request' : `${describePrice(cost)}: ${describeCauses(cost)}`;
    return `This deploy would not have gone through: ${reason}. Until then it would have cost ${until}.`;
  }
  return isFree
    ? `This deploy would have cost no request: ${requests} were sent, ${rps} a second, and the longest answer took ${formatDuration(worstMs)}${busy}.`
    : `This deploy would have cost ${describePrice(cost)}: ${describeCauses(cost)}.`;
}

/** `4.2 s and 37 of 160 requests`. */
function describePrice({ failed, stalled, requests, downtimeMs }: Cost): string {
  const time = formatDuration(downtimeMs);
  if (failed === 0) {
    return `no request, but ${time} in which ${formatCount(stalled, 'request')} had to wait`;
  }
  const wait = stalled === 0 ? '' : `, and ${stalled} more had to wait`;
  return `${time} and ${failed} of ${formatCount(requests, 'request')}${wait}`;
}

function describeCauses({ causes }: Cost): string {
  const shown = causes.slice(0, shownCauses).map(({ text, exception }) => {
    const because = exception === undefined ? '' : ` (${shorten(exception)})`;
    return `${text}${because}`;
  });
  const others = causes.length - shown.length;
  return [...shown, ...(others > 0 ? [formatCount(others, 'other cause')] : [])].join('; ');
}

/** The name of an exception and what it says, as far as it fits a line. */
function shorten(exception: string): string {
  const text = exception.replace(/^(?:\w+\.)+(?=\w+:)/u, '').replace(/\.$/u, '');
  return text.length <= 90 ? text : `${text.slice(0, 89)}…`;
}
