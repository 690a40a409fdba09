import { readFile } from 'node:fs/promises';
import path from 'node:path';
import dotenv from 'dotenv';
import { DjdevError, type SourceLocation } from '../errors/djdev-error.ts';
import type { Origin } from './project.ts';
import { Secret } from './secret.ts';

/** A value from outside the manifest. It may be a secret, so it is one from here on. */
export interface EnvironmentValue {
  readonly value: Secret;
  readonly origin: Origin;
}

/** The variables of one env file, in the order of the file. */
export type EnvironmentFile = ReadonlyMap<string, EnvironmentValue>;

/**
 * Reads an env file with dotenv's rules (`export`, quotes, comments). `declaredAt` is the place
 * that names it. Returns `undefined` when an optional file is missing; throws `DJ-ENV-FILE`
 * otherwise.
 */
export async function readEnvFile(
  file: string,
  options: {
    readonly root: string;
    readonly required: boolean;
    readonly declaredAt?: SourceLocation | undefined;
  },
): Promise<EnvironmentFile | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    if (isMissing && !options.required) return undefined;
    throw new DjdevError('DJ-ENV-FILE', {
      message: isMissing
        ? `The env file ${file} does not exist.`
        : `The env file ${file} cannot be read.`,
      hint: options.declaredAt
        ? 'Create it, or write { path: …, required: false } where it is named.'
        : 'Check the path given with --env-file.',
      location: options.declaredAt ?? { file },
      cause,
    });
  }
  return parseEnvFile(text, file, options.root);
}

/** The same for a text that is at hand; `root` shortens the file's name in origins. */
function parseEnvFile(text: string, file: string, root: string): EnvironmentFile {
  const lines = text.split(/\r?\n/);
  return new Map(
    Object.entries(dotenv.parse(text)).map(([name, value]) => {
      const assignment = new RegExp(`^\\s*(?:export\\s+)?${escapePattern(name)}\\s*[=:]`);
      const line = lines.findLastIndex((item) => assignment.test(item)) + 1;
      const location: SourceLocation = line === 0 ? { file } : { file, line, column: 1 };
      const shown = path.relative(root, file);
      const text = `${shown.startsWith('..') ? file : shown}${line === 0 ? '' : `:${line}`}`;
      const origin: Origin = { kind: 'env-file', text, location };
      return [name, { value: new Secret(value), origin }];
    }),
  );
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\-]/g, String.raw`\$&`);
}
