import { expect, test } from 'vitest';
import { describeProject } from '../../../src/project/describe-project.ts';
import { explainLoad, loadFiles, plain } from './load-files.ts';

const withData = (data: string): Record<string, string> => ({
  ...plain,
  'djdev.yaml': `name: shop\nservices: { postgres: {}, redis: { per_branch: true } }\nrehearse:\n  data: ${data}\n`,
});

test('the sources of data: a path, a command, a variable whose value is never shown', async () => {
  const load = async (data: string, shell = {}) =>
    await loadFiles({ 'djdev.yaml': `rehearse:\n  data: ${data}\n` }, { shell });
  const short = await load('backups/prod.dump');
  expect(short.rehearse.data).toMatchObject({
    source: { kind: 'file', path: expect.stringMatching(/\/backups\/prod\.dump$/u) },
    masks: [],
    excludeTableData: [],
    location: { line: 2, column: 3 },
  });
  const command = await load(
    '{ command: ssh db pg_dump -Fc "my shop", exclude_table_data: log_* }',
  );
  expect(command.rehearse.data).toMatchObject({
    source: { kind: 'command', command: ['ssh', 'db', 'pg_dump', '-Fc', 'my shop'] },
    excludeTableData: ['log_*'],
  });
  const url = await load('{ url: { env: PROD_URL }, mask: [a.sql, b.sql] }', {
    PROD_URL: 'postgres://me:hush@db/shop',
  });
  expect(url.rehearse.data).toMatchObject({
    source: { kind: 'url', variable: 'PROD_URL' },
    masks: [
      { path: expect.stringMatching(/a\.sql$/u), location: { line: 2 } },
      { path: expect.stringMatching(/b\.sql$/u), location: { line: 2 } },
    ],
  });
  expect(JSON.stringify(url)).not.toContain('hush');
  expect(describeProject(url).project['rehearse']).toMatchObject({
    data: { url: { env: 'PROD_URL' }, mask: ['a.sql', 'b.sql'] },
  });
});

test('what is wrong with data is told with its place', async () => {
  expect(await explainLoad(withData('{ dump: a, url: { env: B } }'))).toMatchInlineSnapshot(`
    "DJ-MANIFEST-INVALID (exit 2): djdev.yaml has 2 problems. The first: services.redis.per_branch is only known of postgres.
      djdev.yaml:2:36 services.redis.per_branch is only known of postgres.
        → Remove the line.
      djdev.yaml:4:3 rehearse.data needs one of dump, command and url, and has dump and url.
        → Write “data: { dump: backups/prod.dump }”."
  `);
  expect(await explainLoad(withData('{ mask: a.sql }'))).toMatchInlineSnapshot(`
    "DJ-MANIFEST-INVALID (exit 2): djdev.yaml has 2 problems. The first: services.redis.per_branch is only known of postgres.
      djdev.yaml:2:36 services.redis.per_branch is only known of postgres.
        → Remove the line.
      djdev.yaml:4:3 rehearse.data needs one of dump, command and url, and has none.
        → Write “data: { dump: backups/prod.dump }”."
  `);
  expect(await explainLoad(withData('{ url: postgres://me@db/shop }'))).toMatchInlineSnapshot(`
    "DJ-MANIFEST-INVALID (exit 2): djdev.yaml has 2 problems. The first: services.redis.per_branch is only known of postgres.
      djdev.yaml:2:36 services.redis.per_branch is only known of postgres.
        → Remove the line.
      djdev.yaml:4:11 rehearse.data.url stands in the manifest itself, which is no place for a password.
        → Name the variable that holds it: “url: { env: PRODUCTION_DATABASE_URL }”."
  `);
});
