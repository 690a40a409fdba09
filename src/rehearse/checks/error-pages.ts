import type { ErrorPage } from '../../django/practice-facts.ts';
import { findOwnFrame, formatPythonError, type PythonError } from '../../django/python-error.ts';
import type { Finding } from '../../report/finding.ts';
import type { LocatePath } from './deploy-check-location.ts';

/** Error pages that fail themselves: the server's bare text is all that users then see. */
export function checkErrorPages(
  pages: readonly ErrorPage[],
  hasManifest: boolean,
  locate: LocatePath,
): readonly Finding[] {
  return pages.flatMap(({ code, handler, error, excuse }): readonly Finding[] => {
    if (error === null || excuse) return [];
    // The manifest is written by a release command: it is not there yet.
    if (!hasManifest && error.message.includes('staticfiles manifest entry')) return [];
    const frame = findOwnFrame([error]);
    return [
      {
        code: 'error-page-broken',
        level: 'fail',
        step: 'settings',
        title: `The page for ${code} fails itself: ${formatPythonError(error)}`,
        detail: `${handler === '' ? `handler${code}` : handler} was called as Django calls it.`,
        hint: adviseOn(error, code),
        ...(frame === undefined
          ? {}
          : {
              location: { file: locate(frame.file), ...(frame.line ? { line: frame.line } : {}) },
            }),
      },
    ];
  });
}

function adviseOn({ class: name, message }: PythonError, code: number): string {
  if (message.includes('staticfiles manifest entry')) {
    return `Correct the {% static %} in ${code}.html, or add the file and collect again.`;
  }
  if (name === 'NoReverseMatch') return `Correct the {% url %} in ${code}.html.`;
  if (name === 'TypeError' && /positional argument/u.test(message)) {
    const given = code === 500 ? 'request' : 'request, exception';
    return `Django calls handler${code} with (${given}): let the view take exactly these.`;
  }
  return `Let ${code}.html do with what is always there: no database, no session, no user.`;
}
