import { expect, test } from 'vitest';
import { loadProject } from '../../../src/project/load-project.ts';
import { compareWithProduction } from '../../../src/up/compare-with-production.ts';
import { withProject } from '../../support/with-project.ts';

const manifest = `name: shop
app:
  settings: { dev: shop.local, prod: shop.production }
  env:
    SAME: in both
    EMAIL_URL: { dev: "console://", prod: "smtp://mail" }
    SECRET_KEY: { generate: true }
    DATABASE_URL: "\${services.postgres.url}"
processes:
  web: { command: gunicorn shop.wsgi, port: 8000 }
services:
  postgres: { version: "17" }
`;

test('names what is other than in production, and no values of variables', async () => {
  await using files = await withProject({ 'djdev.yaml': manifest, Dockerfile: 'FROM scratch\n' });
  const project = await loadProject({ cwd: files.root, shell: {} });
  const rows = compareWithProduction(project, {
    environment: { SAME: 'in both', PYTHONUNBUFFERED: '1', PYTHONDONTWRITEBYTECODE: '1' },
    imageEnvironment: { PYTHONUNBUFFERED: '1' },
    isLive: true,
    editedPaths: ['a.py', 'b.py', 'c.py', 'd.py', 'e.py'],
    sentAtStart: 2,
  });
  expect(rows.map(({ what, here, production }) => `${what} | ${here} | ${production}`))
    .toMatchInlineSnapshot(`
    [
      "settings | shop.local | shop.production",
      "variable EMAIL_URL | a value of its own | another",
      "variable SECRET_KEY | made up, unless it is set | its own",
      "variable DATABASE_URL | points to the service here | its own",
      "variable PYTHONDONTWRITEBYTECODE | set by djdev | as the image has it",
      "files | a.py, b.py, c.py, d.py and 1 more; 2 sent at the start | as in the image, which the next build brings up to date",
      "command of web | the same, gunicorn shop.wsgi; takes new code while it runs | started once",
      "service postgres | a container of postgres:17 | what the platform has",
    ]
  `);
});

test('what is nowhere different is not named', async () => {
  await using files = await withProject({
    'djdev.yaml':
      'name: shop\napp: { settings: { dev: shop.one, prod: shop.one }, env: { A: b } }\n',
    Dockerfile: 'FROM scratch\nCMD ["gunicorn", "shop.wsgi"]\n',
  });
  const project = await loadProject({ cwd: files.root, shell: {} });
  const known = { environment: { A: 'b' }, imageEnvironment: {}, isLive: false };
  const rows = compareWithProduction(project, { ...known, editedPaths: [], sentAtStart: 0 });
  // A project without a word about its database has a Postgres all the same.
  expect(rows.map(({ what }) => what)).toEqual(['variable DATABASE_URL', 'service postgres']);
});
