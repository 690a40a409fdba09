import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse as parseEnv } from 'dotenv';
import { DjdevError } from '../errors/djdev-error.ts';
import { findEnvironmentReads } from '../project/find-environment-reads.ts';
import {
  lineOf,
  type ProjectSources,
  readProjectSources,
  type SourceFile,
} from '../project/project-sources.ts';
import { findDependencies, findPython } from './find-dependencies.ts';
import type { ExampleValue, InitFacts } from './init-facts.ts';
import { listPaths } from './list-paths.ts';

const isDockerfile = (file: string): boolean =>
  /(?:^|\/)(?:[\w-]+\.)?(?:dockerfile|containerfile)(?:[.-][\w.-]+)?$/iu.test(file) &&
  !/\.dockerignore$|\.(?:ya?ml|md|sh)$/u.test(file);
const isCompose = (file: string): boolean =>
  /(?:^|\/)(?:(?:docker-)?compose(?:[._-][\w.-]+)?|[\w.-]+[.-]compose|local|production)\.ya?ml$/u.test(
    file,
  );
const isScript = (file: string): boolean =>
  /(?:^|\/)(?:[\w.-]+\.sh|[\w.-]*uwsgi[\w.-]*\.ini|(?:docker-)?entrypoint[\w-]*|(?:start|run|boot|serve|web|init|launch)[\w-]*)$/u.test(
    file,
  );
const isCelery = (file: string): boolean => /(?:^|\/)celery(?:_?app|_?config)?\.py$/u.test(file);
const isEnvFile = (file: string): boolean =>
  /(?:^|\/)(?:\.?env[._-](?:example|sample|template|dist|dev|development|local|docker)|example\.env|[\w-]*\.env\.(?:example|sample)|\.envs\/\.local\/\.\w+)$/u.test(
    file,
  );

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
  const listed = await listPaths(directory);
  const paths = new Set(listed);
  const select = (choose: (file: string) => boolean): Promise<readonly SourceFile[]> =>
    readAll(directory, listed.filter(choose));
  const asked = await readCompose(directory, composeFile);
  const [dockerfiles, composes, scripts, celeryApps, envFiles, reads] = await Promise.all([
    select(isDockerfile),
    select(isCompose),
    select(isScript),
    select(isCelery),
    select(isEnvFile),
    findEnvironmentReads(directory),
  ]);
  return {
    root: directory,
    name: nameOf(directory),
    sources,
    reads: nearestFirst(reads, sources),
    dependencies: await findDependencies(directory, sources, paths),
    python: await findPython(directory, sources, dockerfiles),
    procfile: (await readAll(directory, ['Procfile']))[0]?.text,
    dockerfiles,
    composes: asked ?? composes.filter(({ text }) => /^services:/mu.test(text)),
    isComposeAsked: asked !== undefined,
    scripts,
    celeryApps: celeryApps.filter(({ text }) => /\bCelery\(/u.test(text)),
    examples: readExamples(envFiles),
    paths,
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

/** A monorepo's other Python programs have variables of their own. */
function nearestFirst(
  reads: InitFacts['reads'],
  { codeDirectory = '.' }: ProjectSources,
): InitFacts['reads'] {
  if (codeDirectory === '.') return reads;
  return reads.filter(({ file }) => file.startsWith(`${codeDirectory}/`));
}

/** The first file that gives a name a value holds; an example wins over a developer's own. */
function readExamples(files: readonly SourceFile[]): ReadonlyMap<string, ExampleValue> {
  const isExample = ({ path: file }: SourceFile): boolean =>
    /example|sample|template|dist/u.test(file);
  const ordered = [...files.filter(isExample), ...files.filter((file) => !isExample(file))];
  const found = new Map<string, ExampleValue>();
  for (const { path: file, text } of ordered) {
    for (const [name, value] of Object.entries(parseEnv(text))) {
      if (value === '' || found.has(name)) continue;
      const line = lineOf(
        text,
        Math.max(0, text.search(new RegExp(`^(?:export )?${name}\\s*=`, 'mu'))),
      );
      found.set(name, { value, place: `${file}:${line}` });
    }
  }
  return found;
}

async function readCompose(
  directory: string,
  file: string | undefined,
): Promise<InitFacts['composes'] | undefined> {
  if (file === undefined) return undefined;
  const [read] = await readAll(directory, [file]);
  if (read !== undefined) return [read];
  throw new DjdevError('DJ-USAGE', {
    message: `The Compose file ${file} cannot be read.`,
    hint: 'Name it from the directory of the project: --from compose.yaml.',
  });
}

async function readAll(root: string, files: readonly string[]): Promise<readonly SourceFile[]> {
  const read = await Promise.all(
    files.map(async (file) => ({
      path: file,
      text: await readFile(path.resolve(root, file), 'utf8').catch(() => undefined),
    })),
  );
  return read.flatMap(({ path: file, text }) => (text === undefined ? [] : [{ path: file, text }]));
}
