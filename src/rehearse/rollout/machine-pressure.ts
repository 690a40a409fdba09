import { availableParallelism, loadavg } from 'node:os';

/**
 * How many programs want each processor of this machine, 1 at least, over the last minute. Where
 * there are several, everything takes as many times longer, and that is no fault of a release.
 * Of an engine on another machine it says nothing.
 */
export function readMachinePressure(): number {
  return Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());
}
