import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** A text file of the project that defaults are derived from. */
export interface SourceFile {
  /** Relative to the project's root, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** The files of a Django project that say how it is configured. */
export interface ProjectSources {
  /** Directory of manage.py relative to the root, `.` for the root; modules are named from here. */
  readonly codeDirectory: string | undefined;
  readonly managePy: SourceFile | undefined;
  readonly settings: readonly SourceFile[];
  readonly urls: readonly SourceFile[];
  /** Files that are called middleware or health: health URLs are answered there too. */
  readonly middleware?: readonly SourceFile[];
  /** wsgi.py and asgi.py. */
  readonly entryPoints: readonly SourceFile[];
  /** requirements files, pyproject.toml, Pipfile and setup files. */
  readonly requirements: readonly SourceFile[];
  /** `.env.example` and its like: names and harmless values. */
  readonly envExamples: readonly SourceFile[];
  readonly gunicornConfig: SourceFile | undefined;
}

const maxDepth = 5;
const maxEntries = 20_000;

const skippedDirectory =
  /^(\..*|node_modules|venv|env|__pycache__|site-packages|static|staticfiles|media|migrations|locale|templates|tests?|docs|dist|build)$/;

const isSettings = (file: string): boolean =>
  /(^|\/)(settings\/[^/]+|[^/]*settings[^/]*|(config|conf)\/(base|common|local|dev|development|prod|production))\.py$/.test(
    file,
  );
const isRequirements = (file: string): boolean =>
  /(^|\/)(requirements[^/]*\.(txt|in)|requirements\/[^/]+\.(txt|in)|pyproject\.toml|Pipfile|setup\.(py|cfg))$/.test(
    file,
  );
const isMiddleware = (file: string): boolean =>
  /(^|\/)(middlewares?(\/\w+)?|\w*health\w*)\.py$/.test(file);
const isEnvExample = (file: string): boolean =>
  /^(\.?env\.(example|sample|template|dist)|\.env-(example|sample)|example\.env)$/.test(file);

/** Reads what defaults are derived from. What cannot be read is as if it were not there. */
export async function readProjectSources(root: string): Promise<ProjectSources> {
  const files = await listFiles(root);
  const select = (choose: (file: string) => boolean): Promise<readonly SourceFile[]> =>
    readAll(root, files.filter(choose));
  const [manage, settings, urls, entryPoints, requirements, envExamples, gunicorn, middleware] =
    await Promise.all([
      select((file) => /(^|\/)manage\.py$/.test(file)),
      select(isSettings),
      select((file) => /(^|\/)urls\.py$/.test(file)),
      select((file) => /(^|\/)[aw]sgi\.py$/.test(file)),
      select(isRequirements),
      select(isEnvExample),
      select((file) => /(^|\/)gunicorn(\.conf|_conf|\.config)?\.py$/.test(file)),
      select(isMiddleware),
    ]);
  const managePy = manage[0];
  return {
    managePy,
    codeDirectory: managePy && path.posix.dirname(managePy.path),
    settings,
    urls,
    middleware,
    entryPoints,
    requirements,
    envExamples,
    gunicornConfig: gunicorn[0],
  };
}

/** Relative paths, those nearest to the root first. */
async function listFiles(root: string): Promise<readonly string[]> {
  const files: string[] = [];
  let level = ['.'];
  for (let depth = 0; depth < maxDepth && files.length < maxEntries; depth += 1) {
    const listings = await Promise.all(level.map((directory) => list(root, directory)));
    files.push(...listings.flatMap((listing) => listing.files));
    level = listings.flatMap((listing) => listing.directories);
  }
  return files;
}

async function list(
  root: string,
  directory: string,
): Promise<{ readonly files: readonly string[]; readonly directories: readonly string[] }> {
  const entries = await readdir(path.join(root, directory), { withFileTypes: true }).catch(
    () => [],
  );
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const join = (name: string): string => path.posix.join(directory, name);
  return {
    files: entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.name)),
    directories: entries
      .filter((entry) => entry.isDirectory() && !skippedDirectory.test(entry.name))
      .map((entry) => join(entry.name)),
  };
}

async function readAll(root: string, files: readonly string[]): Promise<readonly SourceFile[]> {
  const read = await Promise.all(
    files.map(async (file) => ({
      path: file,
      text: await readFile(path.join(root, file), 'utf8').catch(() => undefined),
    })),
  );
  return read.flatMap(({ path, text }) => (text === undefined ? [] : [{ path, text }]));
}

/** 1 for the first line; the place of a match in a text. */
export function lineOf(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
