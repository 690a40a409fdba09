import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ProjectSources, SourceFile } from '../project/project-sources.ts';
import type { Dependencies } from './init-facts.ts';

const newestPython = '3.13';

const locks = { 'uv.lock': 'uv', 'poetry.lock': 'poetry', 'Pipfile.lock': 'pipenv' } as const;
const projectFiles = {
  uv: 'pyproject.toml',
  poetry: 'pyproject.toml',
  pipenv: 'Pipfile',
} as const;

/** Requirements of other purposes than running in production. */
const otherPurpose =
  /(?:^|[/_.-])(?:dev|devel|development|local|test|tests|testing|ci|docs?|lint|typing|debug|build|constraints)(?:[/_.-]|$)/u;

/**
 * What production installs: a lock file with the file it locks, else the requirements file for
 * production, nearest to manage.py, else pyproject.toml.
 */
export async function findDependencies(
  root: string,
  sources: ProjectSources,
  paths: ReadonlySet<string>,
): Promise<Dependencies> {
  for (const directory of directoriesUp(sources.codeDirectory ?? '.')) {
    for (const [lock, kind] of Object.entries(locks)) {
      if (!paths.has(path.posix.join(directory, lock))) continue;
      const file = path.posix.join(directory, projectFiles[kind]);
      return {
        kind,
        file,
        isLocked: true,
        text: mainDependencies(await readText(path.join(root, file))),
      };
    }
    const file = chooseRequirements(sources.requirements, directory);
    if (file !== undefined)
      return { kind: 'pip', file, isLocked: false, text: await followIncludes(root, file) };
    const project = path.posix.join(directory, 'pyproject.toml');
    const text = sources.requirements.find((source) => source.path === project)?.text ?? '';
    if (/^\s*dependencies\s*=/mu.test(text)) {
      return { kind: 'pyproject', file: project, isLocked: false, text: mainDependencies(text) };
    }
    if (text.includes('[tool.poetry.dependencies]')) {
      return { kind: 'poetry', file: project, isLocked: false, text: mainDependencies(text) };
    }
    const pipfile = path.posix.join(directory, 'Pipfile');
    if (paths.has(pipfile)) {
      const own = mainDependencies(await readText(path.join(root, pipfile)));
      return { kind: 'pipenv', file: pipfile, isLocked: false, text: own };
    }
  }
  const elsewhere = sources.requirements
    .map((source) => source.path)
    .find((file) => file.endsWith('.txt') && !otherPurpose.test(file));
  if (elsewhere !== undefined) {
    return {
      kind: 'pip',
      file: elsewhere,
      isLocked: false,
      text: await followIncludes(root, elsewhere),
    };
  }
  return { kind: 'none', file: '', isLocked: false, text: '' };
}

/** The directory, and those above it up to the root. */
function directoriesUp(directory: string): readonly string[] {
  return directory === '.' ? ['.'] : [directory, ...directoriesUp(path.posix.dirname(directory))];
}

function chooseRequirements(
  requirements: readonly SourceFile[],
  directory: string,
): string | undefined {
  const near = requirements
    .map((source) => source.path)
    .filter((file) => file.endsWith('.txt'))
    .filter((file) => {
      const relative = path.posix.relative(directory, file);
      return /^(?:[^/]*requirements[^/]*|requirements\/[^/]+)\.txt$/u.test(relative);
    })
    .filter((file) => !otherPurpose.test(path.posix.relative(directory, file)));
  const rank = (file: string): number => {
    const name = path.posix.relative(directory, file);
    if (/prod|deploy/u.test(name)) return 0;
    if (name === 'requirements.txt') return 1;
    return /base|common|main|requirements\/requirements/u.test(name) ? 2 : 3;
  };
  return near.toSorted((a, b) => rank(a) - rank(b))[0];
}

async function followIncludes(
  root: string,
  file: string,
  seen: ReadonlySet<string> = new Set(),
): Promise<string> {
  if (seen.has(file)) return '';
  const text = await readText(path.join(root, file));
  const included = [...text.matchAll(/^\s*(?:-r|--requirement)[\s=]+(\S+)/gmu)];
  const others: string[] = [];
  for (const [, name = ''] of included) {
    const next = path.posix.join(path.posix.dirname(file), name);
    others.push(await followIncludes(root, next, new Set([...seen, file])));
  }
  return [text, ...others].join('\n');
}

/** Without the groups of development. */
function mainDependencies(text: string): string {
  return text
    .split(/^(?=\[)/mu)
    .filter(
      (section) =>
        !/^\[(?:dev-packages|dependency-groups|project\.optional|tool\.(?!poetry\.dependencies\b))/u.test(
          section,
        ),
    )
    .join('');
}

/** Whether production installs a package; `-` and `_` are the same to PyPI. */
export function installs({ text }: Pick<Dependencies, 'text'>, name: string): boolean {
  const spelled = name.replaceAll(/[-_.]/gu, '[-_.]');
  return new RegExp(`^[^#\\n]*(?<![\\w.-])${spelled}(?![\\w-]|\\.\\w)`, 'imu').test(text);
}

/** The version of Python that the project asks for: `3.13`. */
export async function findPython(
  root: string,
  { requirements }: ProjectSources,
  dockerfiles: readonly SourceFile[],
): Promise<string> {
  const pinned =
    (await readText(path.join(root, '.python-version'))) ||
    (await readText(path.join(root, 'runtime.txt')));
  const said = requirements.flatMap(({ text }) => [
    /requires-python\s*=\s*"[^"]*?(3\.\d+)/u.exec(text)?.[1],
    /^python(?:_version)?\s*=\s*"[^"\d]*(3\.\d+)/mu.exec(text)?.[1],
  ]);
  const based = dockerfiles.map(({ text }) => /^FROM\s+\S*python:(3\.\d+)/mu.exec(text)?.[1]);
  const version =
    /3\.\d+/u.exec(pinned)?.[0] ?? [...based, ...said].find((found) => found !== undefined);
  if (version === undefined || Number(version.slice(2)) < 10) return newestPython;
  // `>=3.10` is a lower bound; what pins a version says so in a file of its own.
  const isPinned = /3\.\d+/u.test(pinned) || based.includes(version);
  return isPinned || Number(version.slice(2)) > Number(newestPython.slice(2))
    ? version
    : newestPython;
}

async function readText(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch(() => '');
}
