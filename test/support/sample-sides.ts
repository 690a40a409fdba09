import type { CompareInput } from '../../src/parity/compare/compare-input.ts';
import type { SideFacts } from '../../src/parity/side-facts.ts';

const side: SideFacts = {
  version: 1,
  salt: '0'.repeat(32),
  rounds: 1,
  takenAt: '2026-11-22T12:00:00+00:00',
  image: {
    id: `sha256:${'a'.repeat(64)}`,
    layers: ['base', 'packages', 'code'],
    os: 'linux',
    architecture: 'amd64',
  },
  system: { os: 'debian 13', machine: 'x86_64', libc: 'glibc 2.41' },
  python: {
    version: '3.13.5',
    implementation: 'CPython',
    optimize: 0,
    dontWriteBytecode: false,
    unbuffered: true,
    devMode: false,
    asyncioDebug: false,
    faulthandler: false,
    hashSeed: 'random',
    warnings: false,
    encoding: 'UTF-8',
    timezone: 'UTC',
  },
  user: {
    uid: 10001,
    gid: 10001,
    groups: [],
    umask: '0022',
    capabilities: '0000000000000000',
    noNewPrivileges: false,
    directory: '/app',
    canWriteDirectory: false,
    canWriteRoot: true,
  },
  command: ['gunicorn'],
  environment: { DATABASE_URL: { secret: true, isSet: true, scheme: 'postgres' } },
  packages: { django: { version: '5.2.1', path: '/lib/django-5.2.1.dist-info' } },
  systemPackages: { libc6: '2.41' },
  files: { roots: ['/app'], digests: { '/app/manage.py': 'manage' }, isWhole: true },
  settings: {
    module: 'config.settings.production',
    django: '5.2.1',
    values: { DEBUG: { value: false } },
    origins: { DEBUG: 'config/settings/base.py:1' },
  },
  database: {
    engine: 'django.db.backends.postgresql',
    version: 'PostgreSQL 17.1',
    settings: { TimeZone: 'UTC' },
    extensions: { plpgsql: '1.0' },
  },
};

/** Parts of a sample side, given in place of its own. */
export interface SampleSides {
  readonly here?: Partial<SideFacts>;
  readonly production?: Partial<SideFacts>;
  /** The rest of the input. */
  readonly input?: Partial<Omit<CompareInput, 'here' | 'production'>>;
}

/** Two sides that are the same but for what is given: a running container and a file. */
export function sampleSides({ here, production, input }: SampleSides = {}): CompareInput {
  return {
    project: { settings: { dev: undefined, prod: undefined }, variables: [], services: [] },
    here: { ...side, ...here },
    production: { ...side, ...production },
    running: true,
    isLive: true,
    against: 'file',
    added: {},
    hostDigests: { '/app/manage.py': 'manage' },
    changedPaths: [],
    readers: {},
    configuredCommand: { here: ['gunicorn'], production: ['gunicorn'], hasEntrypoint: false },
    ...input,
  };
}

/** The sample's own values, to be changed in part. */
export const sampleSide: SideFacts = side;
