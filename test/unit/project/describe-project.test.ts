import { expect, test } from 'vitest';
import { describeProject } from '../../../src/project/describe-project.ts';
import { loadFiles } from './load-files.ts';

const files = {
  'djdev.yaml': `name: shop
app:
  build:
    args: { COMMIT: "\${COMMIT}", FIXED: 1 }
    secrets: { token: { env: TOKEN }, absent: { env: ABSENT } }
  settings: { prod: shop.settings }
  env:
    DATABASE_URL: \${services.postgres.url}
    API_KEY: hunter2
    FROM_SHELL:
    KEY: { generate: true }
    MISSING:
    DEBUG: { dev: "1", prod: "0" }
rehearse:
  budgets: { boot: 20s, image: 400MB }
  smoke:
    - post: /login/
      form: { password: hunter2 }
      send: { authorization: hunter2 }
      status: 302
`,
};

test('the text is a manifest with an origin at each line, and without secrets', async () => {
  const project = await loadFiles(files, {
    shell: { FROM_SHELL: 'hunter2', TOKEN: 'hunter2', COMMIT: 'hunter2' },
  });
  const text = String(describeProject(project)).replaceAll(project.root, '<root>');
  expect(text.replaceAll(project.id, '<id>')).toMatchInlineSnapshot(`
    "# <id> in <root>, from djdev.yaml

    name: shop # djdev.yaml:1
    app:
      build:
        context: . # the project’s directory
        dockerfile: Dockerfile # found Dockerfile
        args:
          COMMIT: "[redacted]" # djdev.yaml:4
          FIXED: "1" # djdev.yaml:4
        secrets:
          token: "[redacted]" # djdev.yaml:5
          absent: null # djdev.yaml:5: ABSENT is not set
      settings:
        prod: shop.settings # djdev.yaml:6
      env:
        DATABASE_URL: \${services.postgres.url} # djdev.yaml:8
        API_KEY: "[redacted]" # djdev.yaml:9
        FROM_SHELL: "[redacted]" # the shell
        KEY: { generate: true } # djdev.yaml:11, made up for each run
        MISSING: null # djdev.yaml:12, required and without a value
        DEBUG:
          dev: "1" # djdev.yaml:13
          prod: "0" # djdev.yaml:13
    processes:
      web:
        command: null # the image’s own CMD
        port: 8000 # the usual port; nothing names another
    services:
      postgres:
        image: postgres:17 # requirements.txt:2; djdev’s default version
    rehearse:
      release: [ [ python, manage.py, migrate, --noinput ] ] # the usual release command
      host: localhost # no allowed host is known
      target: docker # no file of a platform was found
      grace: 10s # Docker’s default
      budgets:
        boot: 20s # djdev.yaml:15
        image: 400MB # djdev.yaml:15
      smoke:
        - post: /login/
          send:
            authorization: "[redacted]"
          form:
            password: "[redacted]"
          status: 302"
  `);
  expect(JSON.stringify(describeProject(project))).not.toContain('hunter2');
});

test('the JSON has the same values, and the origins by key path', async () => {
  const description = describeProject(await loadFiles({}, { projectName: 'shop' }));
  const data: object = JSON.parse(JSON.stringify(description));
  expect({ ...data, id: '<id>', root: '<root>' }).toMatchInlineSnapshot(`
    {
      "id": "<id>",
      "manifests": [],
      "origins": {
        "app.build.context": "the project’s directory",
        "app.build.dockerfile": "found Dockerfile",
        "app.env.DATABASE_URL": "the usual name; no settings file names another",
        "name": "--project-name",
        "processes.web.command": "the image’s own CMD",
        "processes.web.port": "the usual port; nothing names another",
        "rehearse.grace": "Docker’s default",
        "rehearse.host": "no allowed host is known",
        "rehearse.release": "the usual release command",
        "rehearse.target": "no file of a platform was found",
        "services.postgres": "requirements.txt:2",
        "services.postgres.image": "requirements.txt:2; djdev’s default version",
      },
      "project": {
        "app": {
          "build": {
            "context": ".",
            "dockerfile": "Dockerfile",
          },
          "env": {
            "DATABASE_URL": "\${services.postgres.url}",
          },
        },
        "name": "shop",
        "processes": {
          "web": {
            "command": null,
            "port": 8000,
          },
        },
        "rehearse": {
          "grace": "10s",
          "host": "localhost",
          "release": [
            [
              "python",
              "manage.py",
              "migrate",
              "--noinput",
            ],
          ],
          "target": "docker",
        },
        "services": {
          "postgres": {
            "image": "postgres:17",
          },
        },
      },
      "root": "<root>",
      "version": 1,
    }
  `);
});

test('without a manifest the text says so', async () => {
  const text = String(describeProject(await loadFiles({})));
  expect(text.split('\n')[1]).toBe(
    '# No manifest: everything is derived from the project’s own files.',
  );
});
