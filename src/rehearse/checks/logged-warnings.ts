import type { Finding } from '../../report/finding.ts';
import { readLogText } from './condense-log.ts';

const shownWarnings = 5;

/** Warnings that Python wrote while the application started and served. */
export function checkLoggedWarnings(log: readonly string[]): readonly Finding[] {
  const warnings = log.flatMap((line) => /\b\w+Warning: .+/u.exec(readLogText(line)) ?? []);
  const different = [...new Set(warnings.map((text) => text.trim()))];
  if (different.length === 0) return [];
  // This kind is about what happens, not about what will be called otherwise one day.
  const serious = different.filter((text) => text.startsWith('RuntimeWarning'));
  return [
    {
      code: 'warnings-logged',
      level: serious.length > 0 ? 'warn' : 'pass',
      step: 'recovery',
      title: `The log has ${different.length === 1 ? 'a warning' : `${different.length} warnings`} of Python: ${(serious[0] ?? different[0] ?? '').slice(0, 120)}`,
      detail: different.slice(0, shownWarnings).join('\n'),
      hint:
        serious.length > 0
          ? 'python -W error::RuntimeWarning manage.py test shows the line that it comes from.'
          : '',
    },
  ];
}
