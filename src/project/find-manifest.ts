import { access, readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { DjdevError } from '../errors/djdev-error.ts';

/** Where a project begins and which files declare it. */
export interface FoundProject {
  /** Absolute real path of the project's directory. */
  readonly root: string;
  /** `djdev.yaml`; `undefined` when everything is derived. */
  readonly manifest: string | undefined;
  /** `djdev.local.yaml`, which wins. */
  readonly localManifest: string | undefined;
}

/** Dockerfiles that are found without being named, in this order. */
export const usualDockerfiles = ['Dockerfile', 'compose/production/django/Dockerfile'] as const;

/**
 * Walks up from `cwd` to the top of the repository. The nearest manifest wins; without one, the
 * nearest directory with a Dockerfile and a manage.py. `file` names a manifest instead, relative
 * to `cwd`. Throws `DJ-PROJECT-NOT-FOUND` and `DJ-MANIFEST-INVALID`.
 */
export async function findManifest(options: {
  readonly cwd: string;
  readonly file?: string | undefined;
}): Promise<FoundProject> {
  if (options.file !== undefined) {
    const named = path.resolve(options.cwd, options.file);
    const root = await resolveLinks(path.dirname(named));
    const manifest = path.join(root, path.basename(named));
    return { root, manifest, localManifest: await pickOne(root, 'djdev.local') };
  }
  const directories = await listDirectoriesUp(await resolveLinks(path.resolve(options.cwd)));
  for (const root of directories) {
    const manifest = await pickOne(root, 'djdev');
    if (manifest === undefined) continue;
    return { root, manifest, localManifest: await pickOne(root, 'djdev.local') };
  }
  for (const root of directories) {
    if (!(await hasDjangoProject(root))) continue;
    return { root, manifest: undefined, localManifest: await pickOne(root, 'djdev.local') };
  }
  throw notFound(directories);
}

/** `cwd` and everything above it up to the repository's top, or to the top of the disk. */
async function listDirectoriesUp(cwd: string): Promise<readonly string[]> {
  const directories = [cwd];
  let directory = cwd;
  while (!(await exists(path.join(directory, '.git')))) {
    const parent = path.dirname(directory);
    if (parent === directory) break;
    directories.push(parent);
    directory = parent;
  }
  return directories;
}

async function pickOne(directory: string, stem: string): Promise<string | undefined> {
  const yaml = path.join(directory, `${stem}.yaml`);
  const yml = path.join(directory, `${stem}.yml`);
  const [hasYaml, hasYml] = await Promise.all([exists(yaml), exists(yml)]);
  if (hasYaml && hasYml) {
    throw new DjdevError('DJ-MANIFEST-INVALID', {
      message: `Both ${stem}.yaml and ${stem}.yml are in ${directory}, so it is not clear which one holds.`,
      hint: `Remove ${stem}.yml.`,
      location: { file: yml },
    });
  }
  return hasYaml ? yaml : hasYml ? yml : undefined;
}

/** A Dockerfile, and a manage.py beside it or in a directory beside it (`src/manage.py`). */
async function hasDjangoProject(directory: string): Promise<boolean> {
  const dockerfiles = usualDockerfiles.map((file) => exists(path.join(directory, file)));
  if (!(await Promise.all(dockerfiles)).includes(true)) return false;
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  const candidates = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const found = ['.', ...candidates].map((name) => exists(path.join(directory, name, 'manage.py')));
  return (await Promise.all(found)).includes(true);
}

function notFound(directories: readonly string[]): DjdevError {
  const [first = '.', ...others] = directories;
  const top = others.at(-1);
  const where = top === undefined ? first : `${first} and in the directories above it up to ${top}`;
  return new DjdevError('DJ-PROJECT-NOT-FOUND', {
    message:
      `No project was found: there is no djdev.yaml in ${where}, and no directory there has both ` +
      'a manage.py and a Dockerfile.',
    hint: 'Go to the project, name it with -C DIR or -f FILE, or write a djdev.yaml that begins with “name: …”.',
  });
}

/** What is not there stays as it is: whoever reads it says so. */
async function resolveLinks(directory: string): Promise<string> {
  return realpath(directory).catch(() => directory);
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
