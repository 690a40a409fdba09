import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { parse } from 'yaml';
import { DjdevError } from '../errors/djdev-error.ts';
import { closestName } from '../project/closest-name.ts';
import type { Preset, PresetFile } from './preset.ts';

const schema = v.strictObject({
  summary: v.string(),
  /** Another preset, whose files are there unless this one has them. */
  extends: v.optional(v.string()),
  /** Files and directories of the other preset that are left out. */
  without: v.optional(v.array(v.string()), []),
});

/** The presets that come with djdev, from `src/` and from `dist/` alike. */
const presetsDirectory = new URL('../../presets/', import.meta.url);

/** A chain this long is a circle. */
const longestChain = 5;

/** Names and summaries of the presets that come with djdev. */
export async function listPresets(): Promise<readonly Omit<Preset, 'files'>[]> {
  const entries = await readdir(presetsDirectory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return await Promise.all(
    names.toSorted().map(async (name) => {
      const { summary } = await readDescription(directoryOf(name), name);
      return { name, summary };
    }),
  );
}

/**
 * Reads a preset: one that comes with djdev by its name, any other by its directory. Throws
 * `DJ-USAGE` when there is none, or when it cannot be used.
 */
export async function readPreset(reference: string, cwd: string): Promise<Preset> {
  const isPath = reference.includes('/') || reference.startsWith('.');
  const directory = isPath ? path.resolve(cwd, reference) : directoryOf(reference);
  if (!isPath) await requireKnown(reference);
  return await readFrom(directory, reference, longestChain);
}

function directoryOf(name: string): string {
  return new URL(`${name}/`, presetsDirectory).pathname;
}

async function requireKnown(name: string): Promise<void> {
  const names = (await listPresets()).map((preset) => preset.name);
  if (names.includes(name)) return;
  const meant = closestName(name, names);
  throw new DjdevError('DJ-USAGE', {
    message: `There is no preset “${name}”.`,
    hint: meant
      ? `Did you mean “${meant}”?`
      : `The presets are ${names.join(', ')}; a directory is named with a slash: ./my-preset.`,
  });
}

async function readFrom(directory: string, name: string, left: number): Promise<Preset> {
  const description = await readDescription(directory, name);
  if (left === 0) throw unusable(directory, 'extends itself');
  const base =
    description.extends === undefined
      ? []
      : (await readFrom(resolveBase(directory, description.extends), name, left - 1)).files;
  const own = await readFiles(path.join(directory, 'files'), '');
  const paths = new Set(own.map((file) => file.path));
  return {
    name,
    summary: description.summary,
    files: [
      ...base.filter((file) => !paths.has(file.path) && !isBelow(file.path, description.without)),
      ...own,
    ],
  };
}

function isBelow(file: string, places: readonly string[]): boolean {
  return places.some((place) => file === place || file.startsWith(`${place}/`));
}

function resolveBase(directory: string, reference: string): string {
  return reference.includes('/') ? path.resolve(directory, reference) : directoryOf(reference);
}

async function readDescription(
  directory: string,
  name: string,
): Promise<v.InferOutput<typeof schema>> {
  const file = path.join(directory, 'preset.yaml');
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw unusable(name, `has no preset.yaml (${file})`, cause);
  });
  const content = v.safeParse(schema, parse(text));
  if (content.success) return content.output;
  throw unusable(name, 'has a preset.yaml that needs a summary, and may have “extends”');
}

function unusable(name: string, why: string, cause?: unknown): DjdevError {
  return new DjdevError('DJ-USAGE', {
    message: `The preset ${name} ${why}.`,
    hint: 'docs/presets.md says what a preset is made of.',
    cause,
  });
}

async function readFiles(directory: string, below: string): Promise<readonly PresetFile[]> {
  const entries = await readdir(path.join(directory, below), { withFileTypes: true }).catch(
    () => [],
  );
  const files = await Promise.all(
    entries.map(async (entry): Promise<readonly PresetFile[]> => {
      const at = path.posix.join(below, entry.name);
      if (entry.isDirectory()) return await readFiles(directory, at);
      const file = path.join(directory, at);
      const [text, { mode }] = await Promise.all([readFile(file, 'utf8'), stat(file)]);
      return [{ path: plainName(at), text, isExecutable: (mode & 0o100) !== 0 }];
    }),
  );
  return files.flat().toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** Packages leave `.gitignore` and its kind out, so presets write `dot-gitignore`. */
function plainName(file: string): string {
  return file.replace(/(^|\/)dot-/u, '$1.');
}
