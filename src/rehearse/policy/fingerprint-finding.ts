import type { Finding } from '../../report/finding.ts';

/**
 * What stays the same about a finding from one rehearsal to the next: its code, its title without
 * numbers, and the file. Times, sizes, ports and lines move; a baseline must not.
 */
export function fingerprintFinding({ code, title, location }: Finding): string {
  const words = title.replaceAll(/\d+(?:[.,]\d+)*/gu, '#');
  return [code, words, location?.file ?? ''].join(' | ');
}
