import { expect, test } from 'vitest';
import { planScratchPostgres } from '../../../src/database/plan-scratch-postgres.ts';
import { describePostgresContainer } from '../../../src/database/postgres-container.ts';
import type { ImageFacts } from '../../../src/engine/engine.ts';

const plan = planScratchPostgres({ name: 'db', kind: 'postgres', image: 'postgres:17' }, 'shop');

const official: ImageFacts = {
  id: 'sha256:1',
  references: ['postgres:17'],
  bytes: 1,
  user: '',
  entrypoint: ['docker-entrypoint.sh'],
  command: ['postgres'],
  workingDirectory: '/',
  environment: {},
  exposedPorts: [5432],
  volumes: ['/var/lib/postgresql/data'],
  healthcheck: undefined,
  stopSignal: 'SIGINT',
  os: 'linux',
  architecture: 'amd64',
  createdAt: '',
  labels: {},
};

test('starts an official image directly, with its data in memory', () => {
  const { entrypoint, environment, ...rest } = describePostgresContainer(plan, official);
  expect(rest).toEqual({
    aliases: ['db'],
    tmpfs: { '/var/lib/postgresql/data': 'mode=1777' },
    command: [],
    user: 'postgres',
  });
  expect(entrypoint?.slice(0, 2)).toEqual(['sh', '-c']);
  expect(environment).toEqual({
    POSTGRES_USER: 'shop',
    POSTGRES_PASSWORD: plan.password,
    POSTGRES_DB: 'shop',
    PGDATA: '/var/lib/postgresql/data/scratch',
    POSTGRES_INITDB_ARGS: '--no-sync',
  });
});

test('leaves an image with an entrypoint of its own alone', () => {
  const bitnami = { ...official, entrypoint: ['/opt/bitnami/scripts/postgresql/entrypoint.sh'] };
  const spec = describePostgresContainer(plan, { ...bitnami, volumes: [] });
  expect(spec).toEqual({
    aliases: ['db'],
    environment: {
      POSTGRES_USER: 'shop',
      POSTGRES_PASSWORD: plan.password,
      POSTGRES_DB: 'shop',
    },
    tmpfs: { '/var/lib/postgresql': 'mode=1777' },
  });
});

test('what is declared for the service holds', () => {
  const environment = { POSTGRES_INITDB_ARGS: '--locale=C', TZ: 'UTC' };
  expect(describePostgresContainer({ ...plan, environment }, official).environment).toMatchObject({
    POSTGRES_INITDB_ARGS: '--no-sync --locale=C',
    TZ: 'UTC',
  });
  const command = ['postgres', '-c', 'max_connections=20'];
  const spec = describePostgresContainer({ ...plan, command }, official);
  expect([spec.entrypoint, spec.command, spec.user]).toEqual([undefined, command, undefined]);
});
