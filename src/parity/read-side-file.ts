import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { DjdevError } from '../errors/djdev-error.ts';
import { type SideFacts, sideFactsSchema } from './side-facts.ts';

/**
 * Reads what `djdev parity --export`, or its program, has written. `undefined` without such a file;
 * throws `DJ-USAGE` when it is something else.
 */
export async function readSideFile(file: string): Promise<SideFacts | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw refuse(file, `it cannot be read (${code})`, cause);
  }
  const parsed = v.safeParse(sideFactsSchema, parse(file, text));
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const place = v.getDotPath(issue) ?? 'the top';
  throw refuse(file, `at ${place} it has not what such a file has`, undefined);
}

/** The file has one line; what a program printed before it does no harm. */
function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text.trimEnd().split('\n').at(-1) ?? '');
  } catch (cause) {
    throw refuse(file, 'it is not JSON', cause);
  }
}

function refuse(file: string, why: string, cause: unknown): DjdevError {
  return new DjdevError('DJ-USAGE', {
    message: `${file} does not describe a production: ${why}.`,
    hint: 'Make it with djdev parity --export, or with djdev parity --program in production.',
    ...(cause !== undefined && { cause }),
  });
}
