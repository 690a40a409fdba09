import { createHash } from 'node:crypto';
import { Secret } from '../project/secret.ts';
import type { ContainerSpec } from './engine.ts';

/**
 * What a container was made of, in digests: two specs can be compared although one of them is only
 * known by a label of its container. Host ports are left out, they may move.
 */
export interface SpecFingerprint {
  readonly image: string;
  readonly command: string;
  readonly place: string;
  /** Variable → digest of its value. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The fingerprint of a spec. Pure; reveals secrets only to the digest. */
export function fingerprintSpec(spec: ContainerSpec): SpecFingerprint {
  const { entrypoint, command, user, workingDirectory, network, aliases, publish } = spec;
  const { tmpfs, volumes, memoryBytes, init, environment = {} } = spec;
  return {
    image: digest(spec.image),
    command: digest({ entrypoint, command, user, workingDirectory }),
    place: digest({ network, aliases, publish, tmpfs, volumes, memoryBytes, init }),
    environment: Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [
        name,
        digest([name, value instanceof Secret ? value.reveal() : value]),
      ]),
    ),
  };
}

/** What differs, for people: `the image`, `the variables DEBUG and HOST`; empty when nothing does. */
export function compareFingerprints(
  before: SpecFingerprint,
  after: SpecFingerprint,
): readonly string[] {
  const names = new Set([...Object.keys(before.environment), ...Object.keys(after.environment)]);
  const changed = [...names].filter((name) => before.environment[name] !== after.environment[name]);
  return [
    ...(before.image === after.image ? [] : ['the image']),
    ...(before.command === after.command ? [] : ['the command']),
    ...(before.place === after.place ? [] : ['ports, network or volumes']),
    ...(changed.length === 0 ? [] : [changed.join(', ')]),
  ];
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 12);
}
