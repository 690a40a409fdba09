import { expect, test } from 'vitest';
import { chooseCompose } from '../../../src/init/choose-compose.ts';
import { importCompose } from '../../../src/init/import-compose.ts';
import { readProcfile } from '../../../src/init/read-procfile.ts';

const compose = `
x-common: &common
  environment: &env
    DATABASE_URL: postgres://app:secret@db:5432/app
    CACHE_HOST: cache
services:
  django:
    build: .
    command: python manage.py runserver 0.0.0.0:8000
    volumes: [".:/app", "media:/media"]
    environment: { <<: *env, DEBUG: "1" }
    deploy: { replicas: 2 }
  worker:
    build: .
    command: ["celery", "-A", "config", "worker", "--queues", "a b"]
    environment: ["BROKER=redis://cache:6379/1", "PLAIN"]
  db: { image: "postgis/postgis:16-3.4", healthcheck: { test: pg_isready } }
  cache: { image: "docker.io/library/redis:7" }
  mail: { image: axllent/mailpit }
  search:
    image: getmeili/meilisearch:v1
    ports: ["127.0.0.1:7700:7700", { target: 7701 }]
`;

/** The file as `--from` names it. */
const read = (text: string, path = 'compose.yaml') => {
  const chosen = chooseCompose({ composes: [{ path, text }], isComposeAsked: true });
  if (chosen === undefined) throw new Error('There is no Compose file.');
  return importCompose(chosen, undefined, []);
};

test('services with build are processes, the first of them web; all others stand beside', () => {
  const { processes, services } = read(compose);
  expect(processes).toEqual([
    { name: 'web', command: 'python manage.py runserver 0.0.0.0:8000' },
    { name: 'worker', command: `celery -A config worker --queues 'a b'` },
  ]);
  expect(services.map(({ host, known, ports }) => [host, known, ports])).toEqual([
    ['db', 'postgres', []],
    ['cache', 'redis', []],
    ['mail', 'mailpit', []],
    ['search', undefined, [7700, 7701]],
  ]);
});

test('addresses of services become templates', () => {
  const { environment } = read(compose);
  expect(environment).toEqual({
    DATABASE_URL: '${services.postgres.url}',
    CACHE_HOST: '${services.redis.host}',
    DEBUG: '1',
    BROKER: 'redis://${services.redis.host}:${services.redis.port}/1',
    PLAIN: '',
  });
});

test('what has no counterpart is told', () => {
  expect(read(compose).unmapped).toEqual([
    'django: the mount .:/app; djdev syncs edits instead',
    'django: deploy',
  ]);
});

test('what is no Compose file is said to be none', () => {
  expect(() => read('a: [', 'x.yaml')).toThrow('x.yaml is not YAML');
  expect(() => read('name: x', 'x.yaml')).toThrow('x.yaml has no services.');
});

test('a Procfile', () => {
  expect(
    readProcfile('# all\nweb: gunicorn a --b c\n\nCelery_Beat: celery beat \nnothing\n'),
  ).toEqual([
    { name: 'web', command: 'gunicorn a --b c', line: 2 },
    { name: 'celery-beat', command: 'celery beat', line: 4 },
  ]);
});

test('another stage of the Dockerfile is another image', () => {
  const { processes, unmapped } = read(`
services:
  web: { build: { context: ., target: app } }
  worker: { build: { context: ., target: app }, command: celery -A config worker }
  js: { build: { context: ., target: assets }, command: run build:js }
`);
  expect(processes.map(({ name }) => name)).toEqual(['web', 'worker']);
  expect(unmapped).toEqual(['js: built from .; djdev runs one image']);
});
