import type { RunnerResult } from '../../django/django-runner.ts';
import { findOwnFrame, formatPythonError, type PythonError } from '../../django/python-error.ts';
import type { Finding } from '../../report/finding.ts';
import type { LocatePath } from './deploy-check-location.ts';

const shownLines = 10;

interface Explanation {
  readonly title: string;
  readonly hint: string;
}

/** Says why collectstatic failed, with the file that is to blame where one is. */
export function explainStaticFailure(
  { errors, tail, exitCode }: Pick<RunnerResult, 'errors' | 'tail' | 'exitCode'>,
  locate: LocatePath,
): Finding {
  const chain = (errors[0]?.chain ?? []).filter((error) => error.class !== 'SystemExit');
  const [error] = chain;
  const explanation = error
    ? (explainMissingReference(error, tail) ??
      explainSetting(error) ??
      explainPermission(error) ?? {
        title: `collectstatic failed: ${formatPythonError(error)}`,
        hint: 'It fails in the same way when production collects.',
      })
    : { title: `collectstatic failed with exit code ${exitCode}.`, hint: 'See its output above.' };
  const frame = findOwnFrame(chain);
  return {
    code: 'static-collect-failed',
    level: 'fail',
    step: 'static',
    ...explanation,
    detail: tail.slice(-shownLines).join('\n'),
    ...(frame && {
      location: { file: locate(frame.file), ...(frame.line !== null && { line: frame.line }) },
    }),
  };
}

/** A style sheet or script names a file that does not exist. */
function explainMissingReference(
  { message }: PythonError,
  tail: readonly string[],
): Explanation | undefined {
  const missing = /The file ['"‘“](.+?)['"’”] could not be found/u.exec(message)?.[1];
  if (missing === undefined) return undefined;
  const source = tail
    .map((line) => /Post-processing '(.+?)' failed/u.exec(line)?.[1])
    .findLast((found) => found !== undefined);
  return {
    title: `${source ?? 'A static file'} refers to ${missing}, which does not exist.`,
    hint:
      'Correct the reference, add the file, or delete the reference. The hashed storage of ' +
      'production follows every url() and source map; the development server never does.',
  };
}

function explainSetting({ class: name, message }: PythonError): Explanation | undefined {
  if (name !== 'ImproperlyConfigured' || !message.includes('STATIC_ROOT')) return undefined;
  return {
    title: 'STATIC_ROOT is not set, so collectstatic has nowhere to collect to.',
    hint: 'Set it in the settings, for example STATIC_ROOT = BASE_DIR / "staticfiles".',
  };
}

function explainPermission({ class: name, filename }: PythonError): Explanation | undefined {
  if (name !== 'PermissionError') return undefined;
  return {
    title: `collectstatic may not write ${filename ?? 'to STATIC_ROOT'}: the image’s user has no right to.`,
    hint:
      'Collect while the image is built, before USER; or give the directory to the user: ' +
      '“RUN install -d -o app /app/staticfiles”.',
  };
}
