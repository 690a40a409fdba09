import type { Context } from '../context/context.ts';
import type { Finding } from '../report/finding.ts';

/** Emits the findings and answers whether one of them fails. */
export function reportFindings(
  { emit }: Pick<Context, 'emit'>,
  findings: readonly Finding[],
): boolean {
  for (const finding of findings) emit({ type: 'finding-reported', finding });
  return findings.some(({ level }) => level === 'fail');
}
