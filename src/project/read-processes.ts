import type { DockerfileTarget } from './dockerfile-target.ts';
import { deriveHealth } from './derive-health.ts';
import { derivePort } from './derive-port.ts';
import type { KeyPath } from './manifest-file.ts';
import type { Manifest } from './manifest.ts';
import { choose, type OriginMap } from './origin-map.ts';
import type { ProcessDefinition } from './project.ts';
import type { ProjectSources } from './project-sources.ts';
import { splitCommand } from './split-command.ts';

interface ProcessOptions {
  readonly root: string;
  readonly manifest: Manifest;
  readonly origins: OriginMap;
  readonly target: DockerfileTarget | undefined;
  readonly sources: ProjectSources;
}

/**
 * The declared processes. The web process (called `web`, else the first with a port, else one
 * that is derived) gets the port and the health path that the project's files name.
 */
export async function readProcesses(
  options: ProcessOptions,
): Promise<readonly ProcessDefinition[]> {
  const declared = options.manifest.content.processes ?? {};
  const names = Object.keys(declared);
  const web =
    names.find((name) => name === 'web') ??
    names.find((name) => declared[name]?.port !== undefined) ??
    'web';
  const all = names.includes(web) ? names : [web, ...names];
  return Promise.all(
    all.map(async (name) => (name === web ? readWeb(name, options) : readProcess(name, options))),
  );
}

function readProcess(name: string, { manifest, origins }: ProcessOptions): ProcessDefinition {
  const { command, port, health } = manifest.content.processes?.[name] ?? {};
  const keys = ['processes', name];
  for (const key of ['port', 'health']) {
    origins.set(`processes.${name}.${key}`, manifest.originOf([...keys, key]));
  }
  return {
    name,
    command: readProcessCommand(command, [...keys, 'command'], manifest, origins),
    port,
    health,
  };
}

async function readWeb(name: string, options: ProcessOptions): Promise<ProcessDefinition> {
  const { manifest, origins, target, sources, root } = options;
  const declared = readProcess(name, options);
  const { command } = declared;
  const place = (key: string) => ({ keys: ['processes', name, key], manifest, origins });
  return {
    ...declared,
    port: choose(
      declared.port,
      declared.port === undefined
        ? await derivePort({ command, target, sources, root })
        : undefined,
      place('port'),
    ),
    health: choose(declared.health, deriveHealth(sources, target, root), place('health')),
  };
}

function readProcessCommand(
  command: string | readonly string[] | undefined,
  keys: KeyPath,
  manifest: Manifest,
  origins: OriginMap,
): readonly string[] | undefined {
  const origin = manifest.originOf(keys) ?? { kind: 'dockerfile', text: 'the image’s own CMD' };
  origins.set(`processes.${String(keys[1])}.command`, origin);
  return command === undefined ? undefined : readCommand(command, keys, manifest);
}

/** The words of a command; notes a problem when it cannot be split without a shell. */
export function readCommand(
  command: string | readonly string[],
  keys: KeyPath,
  manifest: Manifest,
): readonly string[] {
  if (typeof command !== 'string') return command;
  const split = splitCommand(command);
  if ('words' in split) return split.words;
  manifest.report(keys, split.problem, split.hint);
  return [];
}
