import { parseDurationMs } from './quantities.ts';
import type { Manifest } from './manifest.ts';
import type { ManifestContent } from './manifest-schema.ts';
import type { ReadyCheck, ServiceDefinition } from './project.ts';
import { readCommand } from './read-processes.ts';
import { volumePattern } from './service-schema.ts';

/** A service as the manifest has it. */
export type ServiceContent = Exclude<NonNullable<ManifestContent['services']>[string], false>;

/** How a service is run and when it is ready, as far as the manifest says; problems are noted. */
export function readServiceOptions(
  name: string,
  { command, ports, volumes, aliases, ready, per_branch: perBranch }: ServiceContent,
  manifest: Manifest,
): Pick<ServiceDefinition, 'command' | 'ports' | 'volumes' | 'aliases' | 'ready' | 'perBranch'> {
  const keys = ['services', name];
  const check = ready && readReady(name, ready, ports ?? [], manifest);
  if (perBranch !== undefined && name !== 'postgres') {
    manifest.report([...keys, 'per_branch'], 'is only known of postgres.', 'Remove the line.');
  }
  return {
    ...(perBranch === true && { perBranch }),
    ...(command === undefined
      ? {}
      : { command: readCommand(command, [...keys, 'command'], manifest) }),
    ...(ports === undefined ? {} : { ports }),
    ...(aliases === undefined ? {} : { aliases }),
    ...(volumes === undefined ? {} : { volumes: readVolumes(name, volumes, manifest) }),
    ...(check === undefined ? {} : { ready: check }),
  };
}

function readVolumes(
  name: string,
  volumes: readonly string[],
  manifest: Manifest,
): Readonly<Record<string, string>> {
  const read: Record<string, string> = {};
  for (const [index, entry] of volumes.entries()) {
    const [, volume = '', target = ''] = volumePattern.exec(entry) ?? [];
    if (volume in read || Object.values(read).includes(target)) {
      manifest.report(
        ['services', name, 'volumes', index],
        'has the name or the path of another volume of this service.',
      );
    }
    read[volume] = target;
  }
  return read;
}

function readReady(
  name: string,
  { http, port, tcp, command, timeout }: NonNullable<ServiceContent['ready']>,
  ports: readonly number[],
  manifest: Manifest,
): ReadyCheck | undefined {
  const keys = ['services', name, 'ready'];
  const asked = [http, tcp, command].filter((way) => way !== undefined);
  if (asked.length !== 1) {
    const problem = asked.length === 0 ? 'asks nothing.' : 'asks more than one thing.';
    manifest.report(keys, problem, 'Write one of http: /path, tcp: 9200 and command: "…".');
    return undefined;
  }
  const timeoutMs = timeout === undefined ? undefined : parseDurationMs(timeout);
  const limit = timeoutMs === undefined ? {} : { timeoutMs };
  if (tcp !== undefined) return { ask: { type: 'tcp', port: tcp }, ...limit };
  if (command !== undefined) {
    const words = readCommand(command, [...keys, 'command'], manifest);
    return { ask: { type: 'command', command: words }, ...limit };
  }
  const at = port ?? ports[0];
  if (http === undefined || at === undefined) {
    manifest.report(keys, 'does not say which port to ask.', 'Add port: 8080, or ports beside it.');
    return undefined;
  }
  return { ask: { type: 'http', path: http, port: at }, ...limit };
}
