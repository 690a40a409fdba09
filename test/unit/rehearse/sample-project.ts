import type { Project, RehearseDefinition } from '../../../src/project/project.ts';
import { Secret } from '../../../src/project/secret.ts';

const origin = { kind: 'manifest', text: 'djdev.yaml:4' } as const;

export const sampleRehearse: RehearseDefinition = {
  release: [['python', 'manage.py', 'migrate', '--noinput']],
  smoke: [
    {
      method: 'POST',
      path: '/login/',
      headers: { authorization: 'Basic c2VjcmV0' },
      form: { password: 'correct horse' },
      json: undefined,
      expect: { status: 302, contains: [], absent: [], headers: {} },
      location: { file: '/shop/djdev.yaml', line: 20 },
    },
  ],
  smokeTests: [
    {
      name: undefined,
      checks: [
        {
          name: undefined,
          method: 'POST',
          path: '/login/',
          headers: { authorization: 'Basic c2VjcmV0' },
          form: { password: 'correct horse' },
          json: undefined,
          follow: false,
          repeat: 1,
          maxMs: undefined,
          maxQueries: undefined,
          capture: {},
          expect: {
            status: { kind: 'equals', value: 302 },
            headers: {},
            contains: [],
            absent: [],
            select: {},
            jsonPath: {},
            location: undefined,
          },
          location: { file: '/shop/djdev.yaml', line: 20 },
        },
      ],
      isScenario: false,
      user: undefined,
      isWarning: false,
      variables: {},
      missing: [],
      location: { file: '/shop/djdev.yaml', line: 20 },
    },
  ],
  host: 'shop.example.com',
  budgets: { bootMs: undefined, imageBytes: undefined },
  graceMs: 10_000,
};

/** A project as `loadProject` makes it: a web process, a worker, Postgres and one secret. */
export const sampleProject: Project = {
  name: 'shop',
  id: 'shop-a1b2c3',
  root: '/shop',
  manifests: ['/shop/djdev.yaml'],
  build: {
    context: '/shop',
    dockerfile: '/shop/Dockerfile',
    target: undefined,
    args: { RELEASE: '4' },
    secrets: { pip: new Secret('hunter2') },
  },
  settings: { dev: 'config.settings.local', prod: 'config.settings.production' },
  variables: [
    { name: 'SECRET_KEY', value: undefined, required: true, generate: true, secret: true, origin },
    {
      name: 'STRIPE_KEY',
      value: new Secret('sk_live_1'),
      required: true,
      generate: false,
      secret: true,
      origin,
    },
  ],
  processes: [
    { name: 'worker', command: ['celery', 'worker'], port: undefined, health: undefined },
    { name: 'web', command: undefined, port: 8000, health: '/healthz/' },
  ],
  sync: { ignore: [], oneWay: [], map: [] },
  services: [{ name: 'postgres', kind: 'postgres', image: 'postgres:17' }],
  rehearse: sampleRehearse,
  origins: {},
};
