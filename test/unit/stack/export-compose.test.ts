import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadProject } from '../../../src/project/load-project.ts';
import { exportCompose } from '../../../src/stack/export-compose.ts';
import { withProject } from '../../support/with-project.ts';

const files = {
  'manage.py': '',
  Dockerfile: 'FROM python:3.13-slim AS production\nEXPOSE 8000\nCMD ["gunicorn"]\n',
  'djdev.yaml': `name: shop
app:
  build: { target: production, args: { RELEASE: "4" } }
  settings: { dev: config.settings.local }
  env:
    DATABASE_URL: \${services.postgres.url}
    SEARCH: \${services.search.url}
    SECRET_KEY: { generate: true }
    STRIPE_KEY: { secret: true, value: sk_test_51 }
    PRICE: 5$ each
processes:
  web: { port: 8000 }
  worker: { command: celery worker }
services:
  postgres: { version: 17 }
  search:
    image: getmeili/meilisearch:v1
    env: { MEILI_MASTER_KEY: abc123 }
    ports: [7700]
    volumes: [data:/meili_data]
`,
};

async function exported() {
  await using project = await withProject(files);
  const text = exportCompose(await loadProject({ cwd: project.root, shell: {} }), project.root);
  return { text, content: parse(text) };
}

test('services, addresses and commands are those of the stack', async () => {
  const { content } = await exported();
  expect(content.services.web).toEqual({
    image: 'shop-app',
    build: {
      context: '.',
      dockerfile: 'Dockerfile',
      target: 'production',
      args: { RELEASE: '4' },
    },
    environment: {
      DJANGO_SETTINGS_MODULE: 'config.settings.local',
      DATABASE_URL: 'postgres://shop:postgres@postgres:5432/shop',
      SEARCH: 'http://search:7700',
      SECRET_KEY: '${SECRET_KEY:-only-for-development}',
      STRIPE_KEY: '${STRIPE_KEY:?give it in .env}',
      PRICE: '5$$ each',
    },
    ports: ['127.0.0.1:8000:8000'],
    depends_on: {
      postgres: { condition: 'service_healthy' },
      search: { condition: 'service_started' },
    },
  });
  expect(content.services.worker.command).toEqual(['celery', 'worker']);
  expect(content.services.search).toMatchObject({
    image: 'getmeili/meilisearch:v1',
    ports: ['127.0.0.1:7700:7700'],
    volumes: ['search-data:/meili_data'],
  });
  expect(Object.keys(content.volumes)).toEqual(['postgres-data', 'search-data']);
});

test('no secret is in it', async () => {
  expect((await exported()).text).not.toMatch(/sk_test_51|abc123/);
});
