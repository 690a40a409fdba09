import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { DjdevError } from '../errors/djdev-error.ts';
import { findEnvironmentReads } from '../project/find-environment-reads.ts';
import { type ProjectSources, readProjectSources } from '../project/project-sources.ts';
import type { DependencyTool, InitFacts } from './init-facts.ts';

/** The files that `djdev init` knows how to write. */
const writable = ['djdev.yaml', 'djdev.yml', 'Dockerfile', '.dockerignore', '.env.example'];
const newestPython = '3.13';

/**
 * Reads what is known about the project in `directory`. Throws `DJ-PROJECT-NOT-FOUND` where there
 * is no manage.py, and `DJ-USAGE` for a Compose file that cannot be read.
 */
export async function readInitFacts(
  directory: string,
  composeFile: string | undefined,
): Promise<InitFacts> {
  const sources = await readProjectSources(directory);
  if (sources.managePy === undefined) throw withoutDjango(directory);
  const existing = await Promise.all(
    writable.map(async (name) => ((await exists(path.join(directory, name))) ? [name] : [])),
  );
  return {
    root: directory,
    name: nameOf(directory),
    sources,
    reads: await findEnvironmentReads(directory),
    dependencies: await findDependencies(directory, sources),
    python: await findPython(directory, sources),
    procfile: await readText(path.join(directory, 'Procfile')),
    compose: await readCompose(directory, composeFile),
    existing: new Set(existing.flat()),
  };
}

function withoutDjango(directory: string): DjdevError {
  return new DjdevError('DJ-PROJECT-NOT-FOUND', {
    message: `There is no manage.py in ${directory} or below it.`,
    hint: 'Go to the directory of the Django project, or name it with -C DIR.',
  });
}

function nameOf(directory: string): string {
  const plain = path
    .basename(directory)
    .toLowerCase()
    .replaceAll(/[^a-z0-9_.-]+/gu, '-')
    .replace(/^[^a-z0-9]+/u, '');
  return plain === '' ? 'app' : plain;
}

async function findDependencies(
  directory: string,
  sources: ProjectSources,
): Promise<DependencyTool> {
  const locks = { 'uv.lock': 'uv', 'poetry.lock': 'poetry', 'Pipfile.lock': 'pipenv' } as const;
  for (const [file, kind] of Object.entries(locks)) {
    if (await exists(path.join(directory, file))) return { kind };
  }
  const files = sources.requirements.map((source) => source.path);
  const production = files.find((file) => /requirements.*\bprod(?:uction)?\.txt$/u.test(file));
  const file = production ?? files.find((name) => name.endsWith('.txt'));
  return file === undefined ? { kind: 'none' } : { kind: 'pip', file };
}

async function findPython(directory: string, { requirements }: ProjectSources): Promise<string> {
  const pinned = await readText(path.join(directory, '.python-version'));
  const project = requirements.find((file) => file.path.endsWith('pyproject.toml'))?.text ?? '';
  const wanted = /requires-python\s*=\s*"[^"]*?(3\.\d+)/u.exec(project)?.[1];
  const version = /3\.\d+/u.exec(pinned ?? '')?.[0] ?? wanted ?? newestPython;
  return Number(version.slice(2)) < 10 ? newestPython : version;
}

async function readCompose(
  directory: string,
  file: string | undefined,
): Promise<InitFacts['compose']> {
  if (file === undefined) return undefined;
  const text = await readText(path.resolve(directory, file));
  if (text !== undefined) return { name: file, text };
  throw new DjdevError('DJ-USAGE', {
    message: `The Compose file ${file} cannot be read.`,
    hint: 'Name it from the directory of the project: --from compose.yaml.',
  });
}

function readText(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}

async function exists(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  );
}
