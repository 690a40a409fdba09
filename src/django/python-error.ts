import * as v from 'valibot';

const frameSchema = v.object({
  file: v.string(),
  line: v.nullable(v.number()),
  function: v.string(),
  /** The file is the project's: no library's and not Python's own. */
  own: v.boolean(),
});

/** One exception, as Python described it. */
export const pythonErrorSchema = v.object({
  class: v.string(),
  module: v.string(),
  message: v.string(),
  frames: v.array(frameSchema),
  /** Of ImportError and NameError: what was looked for. */
  name: v.optional(v.string()),
  /** SQLSTATE as psycopg 3 and psycopg 2 call it. */
  sqlstate: v.optional(v.string()),
  pgcode: v.optional(v.string()),
  /** Of SyntaxError and OSError. */
  filename: v.optional(v.string()),
  lineno: v.optional(v.number()),
  errno: v.optional(v.number()),
  /** Of SystemExit: its text or number. */
  code: v.optional(v.union([v.string(), v.number()])),
});

export type PythonFrame = v.InferOutput<typeof frameSchema>;
export type PythonError = v.InferOutput<typeof pythonErrorSchema>;

/** `django.db.utils.ProgrammingError: column "x" does not exist`, on one line. */
export function formatPythonError(error: PythonError): string {
  const name = error.module === 'builtins' ? error.class : `${error.module}.${error.class}`;
  const message = error.message.trim().split('\n')[0] ?? '';
  return message === '' ? name : `${name}: ${message}`;
}

/** The innermost frame in the project's own code, over the whole chain, outermost error first. */
export function findOwnFrame(chain: readonly PythonError[]): PythonFrame | undefined {
  for (const error of chain) {
    const own = error.frames.findLast(isProjectCode);
    if (own) return own;
  }
  return undefined;
}

/** manage.py only starts what fails: it is on every traceback, and never the place to look at. */
function isProjectCode(frame: PythonFrame): boolean {
  return frame.own && !frame.file.endsWith('/manage.py');
}
