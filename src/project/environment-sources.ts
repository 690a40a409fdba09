import path from 'node:path';
import { type EnvironmentFile, type EnvironmentValue, readEnvFile } from './env-file.ts';
import type { Manifest } from './manifest.ts';
import { Secret } from './secret.ts';

/** Values for variables from outside the manifest, in one order of precedence. */
export interface EnvironmentSources {
  /** The first that has the name: shell, --env-file, app.env_file, .env. Later files win. */
  readonly lookup: (name: string) => EnvironmentValue | undefined;
  /**
   * What the application gets without being asked for: the variables of `--env-file` and
   * `app.env_file`. Neither the shell nor .env is ever passed on as a whole.
   */
  readonly passed: EnvironmentFile;
  /** Absolute paths of all of them, whether they exist or not. */
  readonly files: readonly string[];
}

/**
 * Reads every env file of the project. `envFiles` are those of the command line, relative to
 * `cwd`. Throws `DJ-ENV-FILE` for one that is missing.
 */
export async function readEnvironmentSources(options: {
  readonly root: string;
  readonly cwd: string;
  readonly manifest: Manifest;
  readonly envFiles: readonly string[];
  readonly shell: Readonly<Record<string, string | undefined>>;
}): Promise<EnvironmentSources> {
  const { root, cwd, shell } = options;
  const listed = listDeclaredFiles(options.manifest);
  const declared = await Promise.all(
    listed.map(({ file, required, keys }) =>
      readEnvFile(path.resolve(root, file), {
        root,
        required,
        declaredAt: options.manifest.locate(keys),
      }),
    ),
  );
  const given = await Promise.all(
    options.envFiles.map((file) => readEnvFile(path.resolve(cwd, file), { root, required: true })),
  );
  const dotenvFile = path.join(root, '.env');
  const dotenv = await readEnvFile(dotenvFile, { root, required: false });
  const passed = combine([...declared, ...given]);
  return {
    passed,
    files: [
      ...listed.map(({ file }) => path.resolve(root, file)),
      ...options.envFiles.map((file) => path.resolve(cwd, file)),
      dotenvFile,
    ],
    lookup: (name) => lookupShell(shell, name) ?? passed.get(name) ?? dotenv?.get(name),
  };
}

function listDeclaredFiles({
  content,
}: Manifest): readonly { file: string; required: boolean; keys: (string | number)[] }[] {
  const declared = content.app?.env_file;
  if (declared === undefined) return [];
  const isList = Array.isArray(declared);
  return (isList ? declared : [declared]).map((entry, index) => ({
    file: typeof entry === 'string' ? entry : entry.path,
    required: typeof entry === 'string' || entry.required !== false,
    keys: ['app', 'env_file', ...(isList ? [index] : [])],
  }));
}

function combine(files: readonly (EnvironmentFile | undefined)[]): EnvironmentFile {
  return new Map(files.flatMap((file) => [...(file ?? [])]));
}

function lookupShell(
  shell: Readonly<Record<string, string | undefined>>,
  name: string,
): EnvironmentValue | undefined {
  const value = Object.hasOwn(shell, name) ? shell[name] : undefined;
  return value === undefined
    ? undefined
    : { value: new Secret(value), origin: { kind: 'shell', text: 'the shell' } };
}
