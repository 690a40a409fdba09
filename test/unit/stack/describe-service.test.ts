import { expect, test } from 'vitest';
import type { ServiceDefinition } from '../../../src/project/project.ts';
import {
  describeStackService,
  servicePage,
  servicePorts,
  serviceVolumes,
} from '../../../src/stack/describe-service.ts';

const project = { id: 'shop-a1b2c3', name: 'shop' };
const image = { id: 'sha256:1', volumes: [] };

test('redis keeps its data in a volume of the checkout', () => {
  const redis: ServiceDefinition = { name: 'redis', kind: 'redis', image: 'redis:8' };
  expect(describeStackService(project, redis, image, {})).toMatchInlineSnapshot(`
    {
      "aliases": [
        "redis",
      ],
      "image": "sha256:1",
      "lifeline": "none",
      "name": "djdev-shop-a1b2c3-redis",
      "network": "djdev-shop-a1b2c3",
      "ownership": {
        "persistent": true,
        "project": "shop",
        "role": "redis",
        "session": "up",
        "worktree": "shop-a1b2c3",
      },
      "publish": [
        6379,
      ],
      "volumes": {
        "/data": "djdev-shop-a1b2c3-redis-data",
      },
    }
  `);
});

test('a service by image has what the manifest says, and nothing else', () => {
  const search: ServiceDefinition = {
    name: 'search',
    kind: 'image',
    image: 'meili:1',
    command: ['meilisearch'],
    ports: [7700],
    volumes: { data: '/meili_data', dumps: '/dumps' },
    ready: { ask: { type: 'http', path: '/health', port: 7701 } },
  };
  const environment = { LEVEL: 'info' };
  expect(describeStackService(project, search, image, { environment })).toMatchObject({
    command: ['meilisearch'],
    environment,
    publish: [7700, 7701],
    volumes: {
      '/meili_data': 'djdev-shop-a1b2c3-search-data',
      '/dumps': 'djdev-shop-a1b2c3-search-dumps',
    },
  });
  expect(servicePage(search)).toBe(7701);
  const bare: ServiceDefinition = { name: 'cache', kind: 'image', image: 'memcached:1' };
  const spec = describeStackService(project, bare, image, {});
  expect(Object.keys(spec)).not.toContain('volumes');
  expect(Object.keys(spec)).not.toContain('environment');
});

test('what is declared stands in place of what djdev knows, but for ports', () => {
  const mailpit: ServiceDefinition = {
    name: 'mailpit',
    kind: 'mailpit',
    image: 'axllent/mailpit:v1.21',
    ports: [1025],
    volumes: {},
  };
  expect(servicePorts(mailpit)).toEqual([8025, 1025]);
  expect(servicePage(mailpit)).toBe(8025);
  expect(serviceVolumes(project, mailpit)).toEqual([]);
  expect(describeStackService(project, mailpit, image, {}).environment).toBeUndefined();
});

test('the path of an official image’s own volume wins over the usual one', () => {
  const postgres: ServiceDefinition = { name: 'postgres', kind: 'postgres', image: 'postgres:18' };
  const newer = { id: 'sha256:1', volumes: ['/var/lib/postgresql'] };
  expect(describeStackService(project, postgres, newer, {}).volumes).toEqual({
    '/var/lib/postgresql': 'djdev-shop-a1b2c3-postgres-data',
  });
});
