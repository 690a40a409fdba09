import type { Finding } from '../../report/finding.ts';
import { maskChanging } from '../../report/mask-changing.ts';

/**
 * What stays the same about a finding from one rehearsal to the next: its code, its title without
 * what moves, and the file. Times, sizes, ports and counts move, numbers in names do not: a
 * baseline with one migration does not cover the next.
 */
export function fingerprintFinding({ code, title, location }: Finding): string {
  return [code, maskChanging(title), location?.file ?? ''].join(' | ');
}
