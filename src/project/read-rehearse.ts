import path from 'node:path';
import { type DeployTarget, platformTitles } from './deploy-target.ts';
import { type Derived, derive } from './derived.ts';
import type { Manifest } from './manifest.ts';
import type { ManifestContent } from './manifest-schema.ts';
import { choose, type OriginMap } from './origin-map.ts';
import type { RehearseDefinition } from './project.ts';
import { readTarget } from './platform/read-target.ts';
import type { PlatformFiles } from './platform/platform-files.ts';
import { formatDuration, parseBytes, parseDurationMs } from './quantities.ts';
import { readChecks } from './read-checks.ts';
import { readPrevious } from './read-previous.ts';
import { readCommand } from './read-processes.ts';
import type { ReadSmoke } from './read-smoke.ts';

type DeclaredRolling = NonNullable<NonNullable<ManifestContent['rehearse']>['rolling']>;
type DeclaredExpect = NonNullable<NonNullable<ManifestContent['rehearse']>['expect']>;

/** What a rehearsal is told by the project's own files. */
export interface RehearseSources {
  readonly root: string;
  /** Derived from the allowed hosts, when they are known. */
  readonly host: Derived<string>;
  readonly platforms: PlatformFiles;
  readonly smoke: ReadSmoke;
}

/** What the rehearsal plays through. */
export function readRehearse(
  manifest: Manifest,
  origins: OriginMap,
  { root, host, platforms, smoke }: RehearseSources,
): RehearseDefinition {
  const declared = manifest.content.rehearse ?? {};
  const place = (key: string) => ({ keys: ['rehearse', key], manifest, origins });
  const target = readTarget(manifest, origins, { root, platforms });
  const grace = choose(declared.grace, usualGrace(target), place('grace'));
  for (const key of ['boot', 'image', 'lock', 'memory', 'migrate']) {
    origins.set(`rehearse.budgets.${key}`, manifest.originOf(['rehearse', 'budgets', key]));
  }
  origins.set('rehearse.rolling', manifest.originOf(['rehearse', 'rolling']));
  origins.set('rehearse.smoke', manifest.originOf(['rehearse', 'smoke']));
  const previous = readPrevious(manifest, origins);
  const checks = readChecks(manifest);
  const baseline = readBaseline(manifest, origins);
  const { boot, image, lock, memory, migrate } = declared.budgets ?? {};
  return {
    release: readRelease(manifest, origins),
    ...readSetup(manifest, origins),
    smoke: smoke.smoke,
    smokeTests: smoke.smokeTests,
    ...(smoke.hurlFiles.length === 0 ? {} : { hurlFiles: smoke.hurlFiles }),
    ...(declared.rolling === undefined ? {} : { rolling: readRolling(declared.rolling) }),
    ...(declared.expect === undefined ? {} : { expect: readExpect(declared.expect) }),
    ...(checks.length === 0 ? {} : { checks }),
    ...(baseline === undefined ? {} : { baseline }),
    ...(previous === undefined ? {} : { previous }),
    host: choose(declared.host, host, place('host')) ?? host.value,
    budgets: {
      bootMs: boot === undefined ? undefined : parseDurationMs(boot),
      imageBytes: image === undefined ? undefined : parseBytes(image),
      lockMs: lock === undefined ? undefined : parseDurationMs(lock),
      memoryBytes: memory === undefined ? undefined : parseBytes(memory),
      migrateMs: migrate === undefined ? undefined : parseDurationMs(migrate),
    },
    target,
    graceMs: parseDurationMs(grace ?? '') ?? target.graceMs,
  };
}

/** The grace of the platform, from its own file or as it usually is. */
function usualGrace({ name, graceMs, origins }: DeployTarget): Derived<string> {
  const usual = { kind: 'default', text: `${platformTitles[name]}’s default` } as const;
  return { value: formatDuration(graceMs), origin: origins['graceMs'] ?? usual };
}

function readRelease(manifest: Manifest, origins: OriginMap): RehearseDefinition['release'] {
  const declared = manifest.content.rehearse?.release;
  const usual = derive(['python manage.py migrate --noinput'], 'the usual release command');
  const keys = ['rehearse', 'release'];
  const commands = choose(typeof declared === 'string' ? [declared] : declared, usual, {
    keys,
    manifest,
    origins,
  });
  return (commands ?? []).map((command, index) =>
    readCommand(command, typeof declared === 'string' ? keys : [...keys, index], manifest),
  );
}

function readSetup(manifest: Manifest, origins: OriginMap): Pick<RehearseDefinition, 'setup'> {
  const keys = ['rehearse', 'setup'];
  const declared = manifest.content.rehearse?.setup;
  if (declared === undefined) return {};
  origins.set('rehearse.setup', manifest.originOf(keys));
  return typeof declared === 'string'
    ? { setup: [readCommand(declared, keys, manifest)] }
    : { setup: declared.map((one, index) => readCommand(one, [...keys, index], manifest)) };
}

function readBaseline(manifest: Manifest, origins: OriginMap): string | undefined {
  const keys = ['rehearse', 'baseline'];
  const declared = manifest.content.rehearse?.baseline;
  const file = manifest.locate(keys)?.file;
  if (declared === undefined || file === undefined) return undefined;
  origins.set('rehearse.baseline', manifest.originOf(keys));
  return path.resolve(path.dirname(file), declared);
}

function readExpect({ logs, cors }: DeclaredExpect): NonNullable<RehearseDefinition['expect']> {
  return {
    ...(logs === undefined ? {} : { logs }),
    ...(cors === undefined ? {} : { cors: { ...cors, credentials: cors.credentials ?? false } }),
  };
}

function readRolling({
  rps,
  maxFailed,
  maxStall,
}: DeclaredRolling): NonNullable<RehearseDefinition['rolling']> {
  const maxStallMs = maxStall === undefined ? undefined : parseDurationMs(maxStall);
  return {
    ...(rps === undefined ? {} : { rps }),
    ...(maxFailed === undefined ? {} : { maxFailed }),
    ...(maxStallMs === undefined ? {} : { maxStallMs }),
  };
}
