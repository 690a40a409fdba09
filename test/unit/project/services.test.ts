import { expect, test } from 'vitest';
import { describeProject } from '../../../src/project/describe-project.ts';
import { resolveServiceEnvironments } from '../../../src/project/resolve-environment.ts';
import { DjdevError } from '../../../src/errors/djdev-error.ts';
import { planService } from '../../../src/stack/plan-service.ts';
import { explainLoad, loadFiles, plain } from './load-files.ts';

const services = (text: string): Readonly<Record<string, string>> => ({
  'djdev.yaml': `name: shop\nservices:\n  postgres: false\n${text}`,
});

const search = services(`  redis: {}
  search:
    image: getmeili/meilisearch:v1.13
    env:
      LEVEL: \${LEVEL:-info}
      MASTER_KEY: hunter2
      FROM_SHELL:
      QUEUE: \${services.redis.url}
    command: meilisearch --limit "50 MB"
    ports: [7700, 7701]
    volumes: ["data:/meili_data", "dumps:/dumps"]
    ready: { http: /health, timeout: 30s }
`);

test('a service by image has all that it is run with', async () => {
  const project = await loadFiles(search, { shell: { FROM_SHELL: 'hunter2' } });
  const [, service] = project.services;
  const { variables = [], ...rest } = service ?? {};
  expect(rest).toEqual({
    name: 'search',
    kind: 'image',
    image: 'getmeili/meilisearch:v1.13',
    command: ['meilisearch', '--limit', '50 MB'],
    ports: [7700, 7701],
    volumes: { data: '/meili_data', dumps: '/dumps' },
    ready: { ask: { type: 'http', path: '/health', port: 7700 }, timeoutMs: 30_000 },
  });
  expect(variables.map(({ name, value }) => `${name}=${String(value)}`)).toEqual([
    'LEVEL=info',
    'MASTER_KEY=[redacted]',
    'FROM_SHELL=[redacted]',
    'QUEUE=${services.redis.url}',
  ]);
});

test('config shows it as it could be written, without secrets', async () => {
  const project = await loadFiles(search, { shell: { FROM_SHELL: 'hunter2' } });
  expect(describeProject(project).project['services']).toEqual({
    redis: { image: 'redis:8' },
    search: {
      image: 'getmeili/meilisearch:v1.13',
      env: {
        LEVEL: 'info',
        MASTER_KEY: '[redacted]',
        FROM_SHELL: '[redacted]',
        QUEUE: '${services.redis.url}',
      },
      command: ['meilisearch', '--limit', '50 MB'],
      ports: [7700, 7701],
      volumes: ['data:/meili_data', 'dumps:/dumps'],
      ready: { http: '/health', port: 7700, timeout: '30s' },
    },
  });
});

test('services may refer to each other, and what has no value is named', async () => {
  const resolve = async (shell: Readonly<Record<string, string>>) => {
    const project = await loadFiles(search, { shell });
    const addresses = project.services.map((service) => [
      service.name,
      planService(service).address,
    ]);
    return resolveServiceEnvironments(project.services, Object.fromEntries(addresses));
  };
  const { search: environment = {} } = await resolve({ FROM_SHELL: 'x' });
  expect(String(environment['QUEUE'])).toBe('[redacted]');
  await expect(resolve({})).rejects.toThrow(DjdevError);
  await expect(resolve({})).rejects.toMatchObject({
    code: 'DJ-ENV-MISSING',
    message: 'The service search needs FROM_SHELL, and nothing gives it a value (djdev.yaml:10).',
    location: { line: 10 },
  });
});

test('the address of an image is that of its first port', async () => {
  const project = await loadFiles(search);
  const address = (name: string): string => {
    const service = project.services.find((one) => one.name === name);
    return service === undefined ? '' : planService(service).address.url.reveal();
  };
  expect([address('redis'), address('search')]).toEqual([
    'redis://redis:6379/0',
    'http://search:7700',
  ]);
});

test('what cannot be used is explained at its place', async () => {
  const text = `  search:
    image: meili
    env: { KEY: [hunter2] }
    ports: ["7700:7700"]
    volumes: ["./data:/data", "/data", "a:/x"]
    ready: { tcp: 70000 }
`;
  expect(await explainLoad({ ...plain, ...services(text) })).toMatchInlineSnapshot(`
    "DJ-MANIFEST-INVALID (exit 2): djdev.yaml has 5 problems. The first: services.search.env.KEY must be a text, a number, true or false, not a list.
      djdev.yaml:6:17 services.search.env.KEY must be a text, a number, true or false, not a list.
      djdev.yaml:7:13 services.search.ports[0] must be a port of the container such as 7700; djdev chooses the one of the host, not the text “7700:7700”.
      djdev.yaml:8:15 services.search.volumes[0] must be a name and a path of the container such as data:/var/lib/data; directories of the host are not mounted, not the text “./data:/data”.
      djdev.yaml:8:31 services.search.volumes[1] must be a name and a path of the container such as data:/var/lib/data; directories of the host are not mounted, not the text “/data”.
      djdev.yaml:9:19 services.search.ready.tcp must be a port between 1 and 65535, not the number 70000."
  `);
  const more = `  search: { image: meili, volumes: ["a:/x", "a:/y"], ready: {} }
  index: { image: meili, ready: { http: /health } }
  both: { image: meili, ready: { tcp: 1, command: "true" } }
  shell: { image: meili, command: "a && b" }
  nameless: { env: { A: 1 } }
  asks: { image: meili, env: { A: "\${services.search.url}", B: "\${services.serch.host}" } }
`;
  expect(await explainLoad({ ...plain, ...services(more) })).toMatchInlineSnapshot(`
    "DJ-MANIFEST-INVALID (exit 2): djdev.yaml has 8 problems. The first: services.search.volumes[1] has the name or the path of another volume of this service.
      djdev.yaml:4:45 services.search.volumes[1] has the name or the path of another volume of this service.
      djdev.yaml:4:54 services.search.ready asks nothing.
        → Write one of http: /path, tcp: 9200 and command: "…".
      djdev.yaml:5:26 services.index.ready does not say which port to ask.
        → Add port: 8080, or ports beside it.
      djdev.yaml:6:25 services.both.ready asks more than one thing.
        → Write one of http: /path, tcp: 9200 and command: "…".
      djdev.yaml:7:26 services.shell.command has “&&”, which only a shell understands, and no shell runs it.
        → Write it as a list: ["sh", "-c", "exec …"], or quote the character.
      djdev.yaml:8:3 services.nameless needs an image, because djdev does not know this service.
        → Write nameless: { image: "…" }. Known without one: postgres, redis, mailpit.
      djdev.yaml:9:32 services.asks.env.A asks services.search for “url”, which it does not have.
        → Declare its port: services.search.ports: [8080].
      djdev.yaml:9:61 services.asks.env.B refers to services.serch, which the project does not have.
        → Did you mean “services.search”?"
  `);
});
