import type { Manifest } from './manifest.ts';
import type { CheckRule } from './project.ts';

/** The rules of `rehearse.checks` in their order; notes those that switch off without a reason. */
export function readChecks(manifest: Manifest): readonly CheckRule[] {
  const declared = manifest.content.rehearse?.checks ?? {};
  return Object.entries(declared).flatMap(([code, value]) => {
    const rules = Array.isArray(value) ? value : [value];
    return rules.map((item, index): CheckRule => {
      const keys = ['rehearse', 'checks', code, ...(Array.isArray(value) ? [index] : [])];
      const rule = typeof item === 'string' ? { level: item } : item;
      if (rule.level === 'off' && rule.reason === undefined) {
        manifest.report(
          keys,
          'is switched off without a reason.',
          `Write “${code}: { level: off, reason: why, until: 2027-03-01 }”; until may be left out.`,
        );
      }
      return { code, ...rule, location: manifest.locate(keys) };
    });
  });
}
