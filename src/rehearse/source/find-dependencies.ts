import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ContextEntry } from '../../engine/build/inputs/scan-context.ts';
import type { SourceLocation } from '../../errors/djdev-error.ts';
import type { DockerfileInstruction } from '../../project/dockerfile.ts';
import type { DockerfileTarget } from '../../project/dockerfile-target.ts';
import type { DependencySources, LooseDependency } from '../checks/dependencies-pinned.ts';
import { findPipInstalls, readRequirements } from './python-requirements.ts';

/** Installers that work from a lockfile. */
const lockers = [
  { tool: 'uv sync', lockfile: 'uv.lock', command: /\buv\s+sync\b/u },
  { tool: 'poetry install', lockfile: 'poetry.lock', command: /\bpoetry\s+install\b/u },
  { tool: 'pipenv', lockfile: 'Pipfile.lock', command: /\bpipenv\s+(?:install|sync)\b/u },
  { tool: 'pdm', lockfile: 'pdm.lock', command: /\bpdm\s+(?:install|sync)\b/u },
] as const;

const mostFiles = 20;

/**
 * What the build of a target installs without an exact version: packages in RUN, lines of the
 * requirements files that it names, as far as they are in the context.
 */
export async function findDependencies(
  target: DockerfileTarget,
  context: string,
  /** The part of the context that the build reads. */
  reached: readonly ContextEntry[],
): Promise<DependencySources> {
  const runs = target.stages.flatMap(({ instructions }) =>
    instructions.filter(({ keyword }) => keyword === 'RUN'),
  );
  const loose: LooseDependency[] = [];
  const seen = new Set<string>();
  for (const run of runs) {
    for (const install of findPipInstalls(run.text)) {
      if (install.isConstrained) continue;
      loose.push(...install.packages.map((text) => ({ text, location: run.location })));
      for (const file of install.files) {
        loose.push(...(await readFileLoose(locate(file, reached), { context, seen })));
      }
    }
  }
  const names = new Set(reached.map((entry) => path.posix.basename(entry.path)));
  const used = lockers.filter(({ command }) => runs.some(({ text }) => command.test(text)));
  return {
    loose,
    unlocked: used
      .filter(({ lockfile }) => !names.has(lockfile))
      .map(({ tool, lockfile, command }) => ({
        tool,
        lockfile,
        location: placeOf(runs, command),
      })),
    unused: lockers
      .filter(({ lockfile }) => names.has(lockfile))
      .filter((locker) => !used.includes(locker))
      .map(({ lockfile }) => lockfile),
  };
}

function placeOf(runs: readonly DockerfileInstruction[], command: RegExp): SourceLocation {
  const run = runs.find(({ text }) => command.test(text));
  return run?.location ?? { file: 'Dockerfile' };
}

/** In the image a file may lie elsewhere: the longest end of its path that the context has. */
function locate(file: string, reached: readonly ContextEntry[]): string | undefined {
  if (/[$*]/u.test(file)) return undefined;
  const parts = file.split('/').filter((part) => part !== '' && part !== '.');
  for (let skip = 0; skip < parts.length; skip += 1) {
    const end = parts.slice(skip).join('/');
    const found = reached.filter(
      ({ path: name, type }) => type === 'file' && (name === end || name.endsWith(`/${end}`)),
    );
    const [only] = found.toSorted((a, b) => a.path.length - b.path.length);
    if (only) return only.path;
  }
  return undefined;
}

async function readFileLoose(
  file: string | undefined,
  { context, seen }: { readonly context: string; readonly seen: Set<string> },
): Promise<readonly LooseDependency[]> {
  if (file === undefined || seen.has(file) || seen.size >= mostFiles) return [];
  seen.add(file);
  const absolute = path.join(context, file);
  const text = await readFile(absolute, 'utf8').catch(() => '');
  const { loose, includes, isConstrained } = readRequirements(text);
  if (isConstrained) return [];
  const found: LooseDependency[] = loose.map(({ text: written, line }) => ({
    text: written,
    location: { file: absolute, line },
  }));
  for (const include of includes) {
    const next = path.posix.join(path.posix.dirname(file), include);
    found.push(...(await readFileLoose(next, { context, seen })));
  }
  return found;
}
