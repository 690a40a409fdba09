import path from 'node:path';
import { DjdevError } from '../errors/djdev-error.ts';
import { checkVersion } from './check-version.ts';
import { closestName } from './closest-name.ts';
import { deriveWrittenHost, pickHost } from './derive-hosts.ts';
import { derivePostgres } from './derive-database.ts';
import { deriveProductDirectories } from './derive-product-directories.ts';
import { deriveSettings } from './derive-settings.ts';
import { deriveVariables } from './derive-variables.ts';
import { type Derived, derive } from './derived.ts';
import { describeTarget, type DockerfileTarget } from './dockerfile-target.ts';
import { readEnvironmentSources } from './environment-sources.ts';
import { findManifest } from './find-manifest.ts';
import { freeze } from './freeze.ts';
import { type IssueList, type Manifest, readManifest, throwIssues } from './manifest.ts';
import { choose, createOriginMap, type OriginMap } from './origin-map.ts';
import type { BuildDefinition, Mode, Project, Variable } from './project.ts';
import { readPlatformFiles } from './platform/platform-files.ts';
import { readProjectSources } from './project-sources.ts';
import { readBuild } from './read-build.ts';
import { readData } from './read-data.ts';
import { readDockerfile } from './read-dockerfile.ts';
import { readProcesses } from './read-processes.ts';
import { readRehearse } from './read-rehearse.ts';
import { readServiceVariables } from './read-service-variables.ts';
import { readServices } from './read-services.ts';
import { readSmoke } from './read-smoke.ts';
import { readSync } from './read-sync.ts';
import { readVariables } from './read-variables.ts';
import { Secret } from './secret.ts';
import { worktreeHash } from './worktree-hash.ts';

/** What the command line and the shell say about the project. */
export interface LoadOptions {
  /** Where to begin to look. */
  readonly cwd: string;
  /** `--file`: a manifest, relative to `cwd`. */
  readonly file?: string | undefined;
  /** `--project-name`; wins over the manifest. */
  readonly projectName?: string | undefined;
  /** `--env-file`, relative to `cwd`; later files win. */
  readonly envFiles?: readonly string[] | undefined;
  /** The environment of the shell. Only names that the manifest asks for are read from it. */
  readonly shell: Readonly<Record<string, string | undefined>>;
}

/**
 * Loads the project around `cwd`: what its manifest declares, and for all else what its own files
 * say. Throws `DJ-PROJECT-NOT-FOUND`, `DJ-MANIFEST-SYNTAX`, `DJ-MANIFEST-INVALID` (every problem
 * at once), `DJ-ENV-FILE`, `DJ-DOCKERFILE-NOT-FOUND` and `DJ-DOCKERFILE-SYNTAX`.
 */
export async function loadProject(options: LoadOptions): Promise<Project> {
  const found = await findManifest(options);
  const { root } = found;
  const issues: IssueList = [];
  const origins = createOriginMap();
  const manifest = await readManifest(found, issues);
  checkVersion(manifest);

  const [sources, platforms, environment] = await Promise.all([
    readProjectSources(root),
    readPlatformFiles(root),
    readEnvironmentSources({
      root,
      cwd: options.cwd,
      manifest,
      envFiles: options.envFiles ?? [],
      shell: options.shell,
    }),
  ]);
  const { lookup } = environment;
  const build = await readBuild({ root, manifest, origins, lookup });
  const target = await readTarget(build, manifest);
  const declared = readServices(manifest, derivePostgres(sources, root), origins);
  const services = readServiceVariables(declared, { manifest, lookup });
  const derived = deriveVariables(
    sources,
    Object.keys(manifest.content.app?.env ?? {}),
    services,
    root,
  );
  const variables = readVariables({ manifest, environment, services, derived });
  const processes = await readProcesses({ root, manifest, origins, target, sources });
  const host = derived.hosts ? undefined : deriveWrittenHost(sources, root);
  const rehearse = readRehearse(manifest, origins, {
    root,
    host: host ?? deriveHost(variables, derived.hosts?.name),
    platforms,
    smoke: await readSmoke({ manifest, root, lookup }),
  });
  const below = path.relative(build.context, root).split(path.sep).join('/');
  const sync = readSync(manifest, deriveProductDirectories(sources, below), origins);
  const data = readData({ root, manifest, origins, lookup });
  const settings = readSettings(manifest, deriveSettings(sources, target, root), origins);
  const name = readName(options, manifest, root, origins);
  throwIssues(issues, root);
  return freeze({
    name,
    id: `${name}-${worktreeHash(root)}`,
    root,
    manifests: manifest.files,
    envFiles: environment.files,
    build,
    settings,
    variables,
    processes,
    services,
    rehearse: { ...rehearse, ...(data && { data }) },
    sync,
    origins: origins.all(),
  });
}

async function readTarget(
  build: BuildDefinition,
  manifest: Manifest,
): Promise<DockerfileTarget | undefined> {
  const namedAt = manifest.locate(['app', 'build', 'dockerfile']);
  const dockerfile = await readDockerfile(build.dockerfile, namedAt);
  const target = describeTarget(dockerfile, build.target);
  if (target === undefined && build.target !== undefined) {
    const names = dockerfile.stages.flatMap((stage) => stage.name ?? []);
    const meant = closestName(build.target, names);
    const known = names.length === 0 ? 'No stage has a name.' : `Stages: ${names.join(', ')}.`;
    manifest.report(
      ['app', 'build', 'target'],
      `names the stage “${build.target}”, which the Dockerfile does not have.`,
      meant ? `Did you mean “${meant}”?` : known,
    );
  }
  return target;
}

function readSettings(
  manifest: Manifest,
  derived: Readonly<Record<Mode, Derived<string> | undefined>>,
  origins: OriginMap,
): Project['settings'] {
  const declared = manifest.content.app?.settings ?? {};
  const read = (mode: Mode): string | undefined =>
    choose(declared[mode], derived[mode], { keys: ['app', 'settings', mode], manifest, origins });
  return { dev: read('dev'), prod: read('prod') };
}

/** The public host among production's allowed hosts, if their variable has a value. */
function deriveHost(variables: readonly Variable[], name: string | undefined): Derived<string> {
  const variable = variables.find((item) => item.name === name);
  const held = (variable?.byMode?.prod ?? variable)?.value;
  const host =
    held === undefined ? undefined : pickHost(held instanceof Secret ? held.reveal() : held);
  return host === undefined
    ? derive('localhost', 'no allowed host is known')
    : derive(host, `the first public host in ${name}`);
}

function readName(
  { projectName }: LoadOptions,
  manifest: Manifest,
  root: string,
  origins: OriginMap,
): string {
  if (projectName !== undefined) {
    origins.set('name', { kind: 'shell', text: '--project-name' });
    const name = toName(projectName);
    if (name === projectName) return name;
    throw new DjdevError('DJ-USAGE', {
      message: `“${projectName}” cannot name a project: names have lower-case letters, digits, dots, dashes and underscores.`,
      hint: `Use --project-name ${name}.`,
    });
  }
  const derived = derive(toName(path.basename(root)), 'the name of the directory');
  const name = choose(manifest.content.name, derived, { keys: ['name'], manifest, origins });
  return name ?? derived.value;
}

/** A text as a name that containers and images can have. */
function toName(text: string): string {
  const name = text.toLowerCase().replace(/[^a-z0-9_.-]+/g, '-');
  return name.replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '') || 'project';
}
