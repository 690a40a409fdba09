import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { DjdevError } from '../../../src/errors/djdev-error.ts';
import { loadProject } from '../../../src/project/load-project.ts';
import { parseManifestFile } from '../../../src/project/manifest-file.ts';
import { validateManifest } from '../../../src/project/validate-manifest.ts';
import { withProject } from '../../support/with-project.ts';
import { explainLoad, plain } from './load-files.ts';

const explainManifest = (text: string): Promise<string> =>
  explainLoad({ ...plain, 'djdev.yaml': text });

test('unknown keys come with their place and the key that was meant', async () => {
  expect(
    await explainManifest(`name: shop
app:
  settngs: { prod: a }
  build: { dockerfil: Dockerfile, nonsense: 1 }
rehearse:
  smoke:
    - get: /
      contain: Shop
ap: {}
`),
  ).toMatchInlineSnapshot(`
    "DJ-MANIFEST-INVALID (exit 2): djdev.yaml has 5 problems. The first: app.settngs is not a key djdev knows.
      djdev.yaml:3:3 app.settngs is not a key djdev knows.
        → Did you mean “settings”?
      djdev.yaml:4:12 app.build.dockerfil is not a key djdev knows.
        → Did you mean “dockerfile”?
      djdev.yaml:4:35 app.build.nonsense is not a key djdev knows.
        → Known here: dockerfile, context, target, args, secrets, inherit. Keys of your own begin with “x-”.
      djdev.yaml:8:7 rehearse.smoke[0].contain is not a key djdev knows.
        → Did you mean “contains”?
      djdev.yaml:9:1 ap is not a key djdev knows.
        → Did you mean “app”?"
  `);
});

test('checks have levels, dates and reasons', async () => {
  expect(
    await explainManifest(`rehearse:
  checks:
    deploy-check: ignore
    image-runs-as-root: off
    image-over-budget: { level: off, reason: big fonts, until: soon }
`),
  ).toMatchInlineSnapshot(`
    "DJ-MANIFEST-INVALID (exit 2): djdev.yaml has 2 problems. The first: rehearse.checks.deploy-check must be off, warn, fail, a rule or a list of rules, not the text “ignore”.
      djdev.yaml:3:19 rehearse.checks.deploy-check must be off, warn, fail, a rule or a list of rules, not the text “ignore”.
      djdev.yaml:5:64 rehearse.checks.image-over-budget.until must be a date such as 2027-03-01, not the text “soon”."
  `);
  expect(
    await explainManifest(`rehearse:
  checks:
    image-runs-as-root: off
    deploy-check: [{ level: warn }, { level: off }]
`),
  ).toMatchInlineSnapshot(`
    "DJ-MANIFEST-INVALID (exit 2): djdev.yaml has 2 problems. The first: rehearse.checks.image-runs-as-root is switched off without a reason.
      djdev.yaml:3:5 rehearse.checks.image-runs-as-root is switched off without a reason.
        → Write “image-runs-as-root: { level: off, reason: why, until: 2027-03-01 }”; until may be left out.
      djdev.yaml:4:37 rehearse.checks.deploy-check[1] is switched off without a reason.
        → Write “deploy-check: { level: off, reason: why, until: 2027-03-01 }”; until may be left out."
  `);
});

test('a previous release has one origin', async () => {
  const previous = (value: string) => explainManifest(`rehearse:\n  previous: ${value}\n`);
  expect(await previous('v1.4.0')).toMatchInlineSnapshot(`
    "DJ-MANIFEST-INVALID (exit 2): rehearse.previous must be a mapping, not the text “v1.4.0”.
      djdev.yaml:2:3 rehearse.previous must be a mapping, not the text “v1.4.0”."
  `);
  expect(await previous('{}')).toMatchInlineSnapshot(`
    "DJ-MANIFEST-INVALID (exit 2): rehearse.previous needs one of git and image, and has none.
      djdev.yaml:2:3 rehearse.previous needs one of git and image, and has none.
        → Write “previous: { git: v1.4.0 }”."
  `);
  expect(await previous('{ git: v1, image: shop:1 }')).toMatchInlineSnapshot(`
    "DJ-MANIFEST-INVALID (exit 2): rehearse.previous needs one of git and image, and has both.
      djdev.yaml:2:3 rehearse.previous needs one of git and image, and has both.
        → Write “previous: { git: v1.4.0 }”."
  `);
  expect(await previous('{ git: "" }')).toMatchInlineSnapshot(`
    "DJ-MANIFEST-INVALID (exit 2): rehearse.previous.git must be a tag, a branch or a commit, or merge-base, not an empty text.
      djdev.yaml:2:20 rehearse.previous.git must be a tag, a branch or a commit, or merge-base, not an empty text."
  `);
});

test('wrong types say what is expected in words', async () => {
  expect(
    await explainManifest(`name: The Shop
app:
  build: Dockerfile
  settings: { prod: 5 }
  env:
    1BAD: x
    DEBUG: { secret: "yes" }
    LIST: [1]
  env_file: [{ path: "" }]
processes:
  web: { port: "8000", health: healthz }
  Worker: {}
services:
  postgres: { version: 17.1 }
  redis: true
rehearse:
  release: 5
  host: https://shop.example.com/
  budgets: { boot: 20, image: 400 megs }
  grace: 10 seconds
  smoke:
    - get: /
      status: 99
      contains: { a: 1 }
`),
  ).toMatchInlineSnapshot(`
    "DJ-MANIFEST-INVALID (exit 2): djdev.yaml has 19 problems. The first: name must be a name of lower-case letters, digits, dots, dashes and underscores, not the text “The Shop”.
      djdev.yaml:1:7 name must be a name of lower-case letters, digits, dots, dashes and underscores, not the text “The Shop”.
      djdev.yaml:3:3 app.build must be a mapping, not a text.
      djdev.yaml:4:21 app.settings.prod must be a module such as config.settings.production, not the number 5.
      djdev.yaml:6:5 app.env.1BAD: the key must be a variable name of letters, digits and underscores.
      djdev.yaml:7:22 app.env.DEBUG.secret must be true or false, not a text.
      djdev.yaml:8:5 app.env.LIST must be a text, a number, true, false or a mapping, not a list.
      djdev.yaml:9:22 app.env_file[0].path must be a path such as .env, not an empty text.
      djdev.yaml:11:16 processes.web.port must be a port between 1 and 65535, not the text “8000”.
      djdev.yaml:11:32 processes.web.health must be a path that begins with /, not the text “healthz”.
      djdev.yaml:12:3 processes.Worker: the key must be a name of lower-case letters, digits and dashes.
      djdev.yaml:14:24 services.postgres.version must be a version, in quotes unless it is a whole number, not the number 17.1.
      djdev.yaml:15:10 services.redis must be a mapping with version or image, or false, not true.
      djdev.yaml:17:12 rehearse.release must be a command, or a list of commands, not the number 5.
      djdev.yaml:18:9 rehearse.host must be a host name such as www.example.com, without scheme and path, not the text “https://shop.example.com/”.
      djdev.yaml:19:20 rehearse.budgets.boot must be a duration such as 500ms, 20s or 2m, not the number 20.
      djdev.yaml:19:31 rehearse.budgets.image must be a size such as 400MB or 1.5GB, not the text “400 megs”.
      djdev.yaml:20:10 rehearse.grace must be a duration such as 500ms, 20s or 2m, not the text “10 seconds”.
      djdev.yaml:23:15 rehearse.smoke[0].status must be an HTTP status such as 200, not the number 99.
      djdev.yaml:24:19 rehearse.smoke[0].contains.a is not a key djdev knows.
        → Known here: matches. Keys of your own begin with “x-”."
  `);
});

test('empty texts and lists say what is expected', async () => {
  expect(
    await explainManifest(`requires: ""
app: { env_file: "" }
processes: { web: { command: [] }, worker: { command: "" } }
services: { redis: { version: "" }, search: { image: "" } }
rehearse: { release: "", smoke: [{ get: "", contains: "" }] }
`),
  ).toMatchInlineSnapshot(`
    "DJ-MANIFEST-INVALID (exit 2): djdev.yaml has 9 problems. The first: requires must be a range such as ">=0.1", not an empty text.
      djdev.yaml:1:11 requires must be a range such as ">=0.1", not an empty text.
      djdev.yaml:2:18 app.env_file must be a path such as .env, not an empty text.
      djdev.yaml:3:30 processes.web.command must be a command such as "gunicorn config.wsgi", or a list of its words, not an empty list.
      djdev.yaml:3:55 processes.worker.command must be a command such as "gunicorn config.wsgi", or a list of its words, not an empty text.
      djdev.yaml:4:31 services.redis.version must be a version, in quotes unless it is a whole number, not an empty text.
      djdev.yaml:4:54 services.search.image must be an image such as postgis/postgis:17-3.5, not an empty text.
      djdev.yaml:5:22 rehearse.release must be a command, or a list of commands, not an empty text.
      djdev.yaml:5:41 rehearse.smoke[0].get must be a path that begins with /, not an empty text.
      djdev.yaml:5:55 rehearse.smoke[0].contains must be a text, not an empty text."
  `);
});

// Two hundred projects take a while on a busy machine.
const patient = { timeout: 60_000 };
test(
  'whatever the manifest says, loading ends in a project or in an explained error',
  patient,
  async () => {
    const keys = [
      'name',
      'app',
      'env',
      'env_file',
      'build',
      'args',
      'secrets',
      'settings',
      'processes',
      'web',
      'port',
      'services',
      'postgres',
      'redis',
      'image',
      'command',
      'ports',
      'volumes',
      'ready',
      'rehearse',
      'smoke',
      'release',
      'get',
      'x-own',
      '__proto__',
      'constructor',
      'value',
      'generate',
      '1',
    ];
    const { content } = fc.letrec<{ content: unknown }>((tie) => ({
      content: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom(
          '',
          'web',
          '/',
          '20s',
          '${services.postgres.url}',
          '${A',
          '$$',
          "a '",
          null,
          true,
          false,
          0,
          17,
          1.5,
        ),
        fc.array(tie('content'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...keys), tie('content'), { maxKeys: 6 }),
      ),
    }));
    await using project = await withProject(plain);
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.constantFrom(...keys), content, { maxKeys: 6 }),
        async (value) => {
          await project.write('djdev.yaml', stringify(value));
          const ended = await loadProject({ cwd: project.root, shell: {} }).catch(
            (error: unknown) => error,
          );
          if (ended instanceof DjdevError) expect(ended.location?.line).toBeGreaterThan(0);
          else expect(ended).toHaveProperty('name');
        },
      ),
      { numRuns: 200 },
    );
  },
);

test('a text that may be a secret is not repeated', async () => {
  const text = await explainManifest('app: { build: { secrets: { token: hunter2 } } }\n');
  expect(text).toMatchInlineSnapshot(`
    "DJ-MANIFEST-INVALID (exit 2): app.build.secrets.token must be a mapping, not a text.
      djdev.yaml:1:28 app.build.secrets.token must be a mapping, not a text."
  `);
});

test('problems of both files are reported at once, each in its own', async () => {
  expect(
    await explainLoad({
      ...plain,
      'djdev.yaml': 'nam: shop\n',
      'djdev.local.yaml': 'app:\n  setings: {}\n',
    }),
  ).toMatchInlineSnapshot(`
    "DJ-MANIFEST-INVALID (exit 2): djdev.yaml has 2 problems. The first: nam is not a key djdev knows.
      djdev.yaml:1:1 nam is not a key djdev knows.
        → Did you mean “name”?
      djdev.local.yaml:2:3 app.setings is not a key djdev knows.
        → Did you mean “settings”?"
  `);
});

test('values that fit the schema and still cannot be are reported at once', async () => {
  expect(
    await explainManifest(`requires: ">=99"
app:
  build:
    target: production
    args: { URL: "\${services.postgres.url}", COMMIT: "\${COMMIT}" }
    secrets: { token: {} }
  env:
    A: \${services.postgress.url}
    B: \${services.postgres.pasword}
    C: \${services.postgres}
    D: \${OUTER:-\${INNER}}
processes:
  web: { command: python manage.py migrate && gunicorn }
  worker: { command: "celery -A 'config" }
services:
  search: { version: 2 }
  redis: { version: 7, image: redis:8 }
rehearse:
  release:
    - echo $HOME
  smoke:
    - status: 200
    - get: /
      post: /
    - get: /
      form: { a: 1 }
    - post: /
      form: { a: 1 }
      json: {}
`),
  ).toMatchInlineSnapshot(`
    "DJ-MANIFEST-INVALID (exit 2): djdev.yaml has 18 problems. The first: requires asks for djdev >=99, and this is djdev 0.1.0.
      djdev.yaml:1:1 requires asks for djdev >=99, and this is djdev 0.1.0.
        → Install another: npm install --save-dev "djdev@>=99".
      djdev.yaml:4:5 app.build.target names the stage “production”, which the Dockerfile does not have.
        → No stage has a name.
      djdev.yaml:5:13 app.build.args.URL refers to a service, and no service runs while the image is built.
        → Use the value at run time: put it under app.env.
      djdev.yaml:5:46 app.build.args.COMMIT has no value: COMMIT is not set.
        → Set it, or write \${…:-default}.
      djdev.yaml:6:16 app.build.secrets.token needs one of env and file.
        → Write token: { env: TOKEN }.
      djdev.yaml:8:5 app.env.A refers to services.postgress, which the project does not have.
        → Did you mean “services.postgres”?
      djdev.yaml:9:5 app.env.B asks services.postgres for “pasword”, which it does not have.
        → Did you mean “password”? It has url, host, port, user, password, name.
      djdev.yaml:10:5 app.env.C has “\${services.postgres}”, which is no template djdev knows.
        → Write \${services.postgres.url}, \${VAR}, \${VAR:-default} or \${VAR:?message}; $$ is a dollar sign. Templates do not nest.
      djdev.yaml:11:5 app.env.D has “\${OUTER:-”, which is no template djdev knows.
        → Write \${services.postgres.url}, \${VAR}, \${VAR:-default} or \${VAR:?message}; $$ is a dollar sign. Templates do not nest.
      djdev.yaml:13:10 processes.web.command has “&&”, which only a shell understands, and no shell runs it.
        → Write it as a list: ["sh", "-c", "exec …"], or quote the character.
      djdev.yaml:14:13 processes.worker.command has a ' that is never closed.
        → Close the quote.
      djdev.yaml:16:3 services.search needs an image, because djdev does not know this service.
        → Write search: { image: "…" }. Known without one: postgres, redis, mailpit.
      djdev.yaml:17:12 services.redis.version stands beside image, which names its tag itself.
        → Remove one of the two.
      djdev.yaml:20:7 rehearse.release[0] has “$”, which only a shell understands, and no shell runs it.
        → Write it as a list: ["sh", "-c", "exec …"], or quote the character.
      djdev.yaml:22:7 rehearse.smoke[0] needs one of get, head, post, put, patch, delete, and has none.
        → Write “get: /path”.
      djdev.yaml:23:7 rehearse.smoke[1] needs one of get, head, post, put, patch, delete, and has get and post.
        → Write “get: /path”.
      djdev.yaml:25:7 rehearse.smoke[2] sends a body with get.
        → Use post, put, patch or delete.
      djdev.yaml:29:7 rehearse.smoke[3].json stands beside form, and a request has one body."
  `);
});

test('broken YAML is explained without its grammar', async () => {
  const broken = {
    tab: 'app:\n\tenv: {}\n',
    'key twice': 'name: a\nname: b\napp:\n  env: {}\n  env: {}\n',
    'open bracket': 'rehearse:\n  release: [a, b\nname: shop\n',
    'colon in a value': 'name: shop: two\n',
    'template in braces without quotes': 'app: { env: { A: ${B} } }\n',
    'open quote': 'name: "shop\n',
    'no key': 'name: shop\nworker\n',
    'two documents': 'name: a\n---\nname: b\n',
    'alias without anchor': 'requires: ">=0"\nname: *shop\n',
    list: '- name: shop\n',
    'single value': 'shop\n',
  };
  const explained: string[] = [];
  for (const [what, text] of Object.entries(broken)) {
    explained.push(`${what}: ${await explainManifest(text)}`);
  }
  expect(explained.join('\n')).toMatchInlineSnapshot(`
    "tab: DJ-MANIFEST-SYNTAX (exit 2): The line is indented with a tab, which YAML does not allow.
      djdev.yaml:2:1 The line is indented with a tab, which YAML does not allow.
        → Indent with spaces.
    key twice: DJ-MANIFEST-SYNTAX (exit 2): This key stands twice in the same mapping.
      djdev.yaml:2:1 This key stands twice in the same mapping.
        → Remove one of the two.
      djdev.yaml:5:3 This key stands twice in the same mapping.
        → Remove one of the two.
    open bracket: DJ-MANIFEST-SYNTAX (exit 2): The line before opens something that this line does not continue.
      djdev.yaml:3:1 The line before opens something that this line does not continue.
        → Close the bracket, or indent this line to belong to it.
    colon in a value: DJ-MANIFEST-SYNTAX (exit 2): A mapping begins in the middle of a value.
      djdev.yaml:1:7 A mapping begins in the middle of a value.
        → Put quotes around a value that contains “: ”, and check the indentation of this line.
    template in braces without quotes: DJ-MANIFEST-SYNTAX (exit 2): Something here ends the value before it is complete.
      djdev.yaml:1:19 Something here ends the value before it is complete.
        → Inside { } and [ ], put quotes around a value with brackets: "\${VAR}".
    open quote: DJ-MANIFEST-SYNTAX (exit 2): A quote is opened and never closed.
      djdev.yaml:2:1 A quote is opened and never closed.
        → Close it on its line.
    no key: DJ-MANIFEST-SYNTAX (exit 2): This line is neither a key nor a value.
      djdev.yaml:2:1 This line is neither a key nor a value.
        → Write “key: value”.
    two documents: DJ-MANIFEST-SYNTAX (exit 2): The file holds more than one YAML document.
      djdev.yaml:2:1 The file holds more than one YAML document.
        → Remove the “---” that begins the second.
    alias without anchor: DJ-MANIFEST-SYNTAX (exit 2): The alias *shop has no anchor above it.
      djdev.yaml:2:7 The alias *shop has no anchor above it.
        → Put &shop before the value it names.
    list: DJ-MANIFEST-SYNTAX (exit 2): A manifest is a mapping of keys to values, and this file holds a list.
      djdev.yaml:1:1 A manifest is a mapping of keys to values, and this file holds a list.
        → Begin it with a key such as “name: shop”.
    single value: DJ-MANIFEST-SYNTAX (exit 2): A manifest is a mapping of keys to values, and this file holds a single value.
      djdev.yaml:1:1 A manifest is a mapping of keys to values, and this file holds a single value.
        → Begin it with a key such as “name: shop”."
  `);
});

test('an alias bomb ends in an error, not in a full memory', async () => {
  const bomb = ['a: &a [x, x]']
    .concat(
      'bcdefghi'.split('').map((key, index) => {
        const below = 'abcdefgh'[index];
        return `${key}: &${key} [${Array(9).fill(`*${below}`).join(', ')}]`;
      }),
    )
    .join('\n');
  expect(await explainManifest(bomb)).toMatchInlineSnapshot(`
    "DJ-MANIFEST-SYNTAX (exit 2): The aliases of this file unfold to more than djdev reads.
      djdev.yaml:1:1 The aliases of this file unfold to more than djdev reads.
        → Write the values out."
  `);
});

test('two names for one manifest are refused', async () => {
  expect(await explainLoad({ ...plain, 'djdev.yaml': '', 'djdev.yml': '' })).toMatchInlineSnapshot(`
    "DJ-MANIFEST-INVALID (exit 2): Both djdev.yaml and djdev.yml are in <root>, so it is not clear which one holds.
      djdev.yml Both djdev.yaml and djdev.yml are in <root>, so it is not clear which one holds.
        → Remove djdev.yml."
  `);
});

test('a manifest that was named and is not there', async () => {
  expect(await explainLoad(plain, { file: 'ops/djdev.yaml' })).toMatchInlineSnapshot(`
    "DJ-PROJECT-NOT-FOUND (exit 2): The manifest <root>/ops/djdev.yaml cannot be read.
      ops/djdev.yaml The manifest <root>/ops/djdev.yaml cannot be read.
        → Check the path and that you may read the file."
  `);
});

test('nothing that looks like a project', async () => {
  const files = { '.git/HEAD': '', 'src/app/main.py': '', 'src/manage.py': '' };
  expect(await explainLoad(files, { below: 'src/app' })).toMatchInlineSnapshot(`
    "DJ-PROJECT-NOT-FOUND (exit 2): No project was found: there is no djdev.yaml in <root>/src/app and in the directories above it up to <root>, and no directory there has both a manage.py and a Dockerfile.
      No project was found: there is no djdev.yaml in <root>/src/app and in the directories above it up to <root>, and no directory there has both a manage.py and a Dockerfile.
        → Go to the project, name it with -C DIR or -f FILE, or write a djdev.yaml that begins with “name: …”."
  `);
});

test('a Dockerfile that is not there, and one that cannot be read', async () => {
  const files = { ...plain, 'djdev.yaml': 'app: { build: { dockerfile: ops/Dockerfile } }\n' };
  expect(await explainLoad(files)).toMatchInlineSnapshot(`
    "DJ-DOCKERFILE-NOT-FOUND (exit 2): There is no readable Dockerfile at <root>/ops/Dockerfile.
      djdev.yaml:1:17 There is no readable Dockerfile at <root>/ops/Dockerfile.
        → Correct the path, which starts at the directory of djdev.yaml."
  `);
  expect(await explainLoad({ ...plain, Dockerfile: 'FORM python:3.13\n' })).toMatchInlineSnapshot(`
    "DJ-DOCKERFILE-SYNTAX (exit 2): FORM is not an instruction of a Dockerfile.
      Dockerfile:1:1 FORM is not an instruction of a Dockerfile.
        → Did you mean FROM?"
  `);
});

test('a name on the command line that cannot name a project', async () => {
  expect(await explainLoad(plain, { projectName: 'My Shop' })).toMatchInlineSnapshot(`
    "DJ-USAGE (exit 2): “My Shop” cannot name a project: names have lower-case letters, digits, dots, dashes and underscores.
      “My Shop” cannot name a project: names have lower-case letters, digits, dots, dashes and underscores.
        → Use --project-name my-shop."
  `);
});

test('env files that are missing, declared and given', async () => {
  const declared = { ...plain, 'djdev.yaml': 'app:\n  env_file: [.env.rehearsal]\n' };
  expect(await explainLoad(declared)).toMatchInlineSnapshot(`
    "DJ-ENV-FILE (exit 2): The env file <root>/.env.rehearsal does not exist.
      djdev.yaml:2:14 The env file <root>/.env.rehearsal does not exist.
        → Create it, or write { path: …, required: false } where it is named."
  `);
  expect(await explainLoad(plain, { envFiles: ['ci.env'] })).toMatchInlineSnapshot(`
    "DJ-ENV-FILE (exit 2): The env file <root>/ci.env does not exist.
      ci.env The env file <root>/ci.env does not exist.
        → Check the path given with --env-file."
  `);
});

test('an unknown key is found at its own line and column, however the file is written', () => {
  const name = fc.stringMatching(/^[a-w][a-z]{2,8}$/).map((text) => `${text}_zz`);
  const noise = fc.array(fc.constantFrom('# a comment', '', 'x-own: { a: [1, 2] }'), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(
      name,
      noise,
      fc.integer({ min: 1, max: 8 }),
      fc.boolean(),
      (key, lines, indent, crlf) => {
        const comments = lines.map((line, index) => line.replace('x-own', `x-own-${index}`));
        const space = ' '.repeat(indent);
        const text = [...comments, 'app:', `${space}env: {}`, `${space}${key}: 1`, ''].join(
          crlf ? '\r\n' : '\n',
        );
        const { issues } = validateManifest(parseManifestFile(text, '/djdev.yaml'));
        expect(issues.map((issue) => issue.location)).toEqual([
          { file: '/djdev.yaml', line: comments.length + 3, column: indent + 1 },
        ]);
      },
    ),
  );
});
