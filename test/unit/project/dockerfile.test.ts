import { expect, test } from 'vitest';
import { DjdevError } from '../../../src/errors/djdev-error.ts';
import { findDockerfileFeatures } from '../../../src/project/dockerfile-features.ts';
import { describeTarget } from '../../../src/project/dockerfile-target.ts';
import { parseDockerfile } from '../../../src/project/parse-dockerfile.ts';
import { readDockerfile } from '../../../src/project/read-dockerfile.ts';

const shop = `
ARG PYTHON=3.13
FROM python:\${PYTHON}-slim AS base
ENV PYTHONUNBUFFERED=1 TITLE="The shop"
WORKDIR /app
RUN pip install \\
    # pinned elsewhere
    gunicorn

FROM node:24 AS assets
COPY package.json ./
COPY --from=base /app /seed
RUN --mount=type=bind,source=frontend,target=/src npm run build

FROM base AS test
COPY tests tests
RUN pytest

FROM base AS production
COPY --from=assets /dist /app/static
COPY --from=ghcr.io/astral-sh/uv:0.9 /uv /bin/
COPY ["requirements.txt", "manage.py", "./"]
COPY . .
EXPOSE 8000/tcp 9000/udp
USER app
HEALTHCHECK --interval=5s CMD curl -f http://localhost:8000/healthz/
CMD ["gunicorn", "config.wsgi"]
`;

function problemsOf(text: string): readonly string[] {
  try {
    parseDockerfile(text, '/shop/Dockerfile');
  } catch (error) {
    if (!(error instanceof DjdevError)) throw error;
    return [
      `${error.code}: ${error.message}`,
      ...error.issues.map(
        ({ message, hint, location }) =>
          `${location.file}:${location.line}:${location.column} ${message}${hint ? ` ${hint}` : ''}`,
      ),
    ];
  }
  return [];
}

test('the last stage is described with what it takes from the stages below it', () => {
  const target = describeTarget(parseDockerfile(shop, '/shop/Dockerfile'), undefined);
  expect(target?.stages.map((stage) => stage.name)).toEqual(['base', 'assets', 'production']);
  expect(target?.images.map((use) => [use.image, use.location.line])).toEqual([
    ['python:3.13-slim', 3],
    ['node:24', 10],
    ['ghcr.io/astral-sh/uv:0.9', 21],
  ]);
  expect(target?.contextReads.map((read) => [read.keyword, read.sources])).toEqual([
    ['COPY', ['package.json']],
    ['RUN', ['frontend']],
    ['COPY', ['requirements.txt', 'manage.py']],
    ['COPY', ['.']],
  ]);
  expect(target?.environment).toEqual({ PYTHONUNBUFFERED: '1', TITLE: 'The shop' });
  expect(target?.exposedPorts.map((item) => item.port)).toEqual([8000]);
  expect([target?.user?.words, target?.command?.words, target?.command?.isExecForm]).toEqual([
    ['app'],
    ['gunicorn', 'config.wsgi'],
    true,
  ]);
});

test('a target is found by name in any case and by number, or not at all', () => {
  const dockerfile = parseDockerfile(shop, '/shop/Dockerfile');
  expect(describeTarget(dockerfile, 'TEST')?.stages.map((stage) => stage.name)).toEqual([
    'base',
    'test',
  ]);
  expect(describeTarget(dockerfile, '0')?.stages.map((stage) => stage.name)).toEqual(['base']);
  expect(describeTarget(dockerfile, 'prod')).toBeUndefined();
});

test('a command that is no valid JSON is the shell form, with a warning', () => {
  const dockerfile = parseDockerfile('FROM python:3.13\nCMD ["gunicorn]\n', '/shop/Dockerfile');
  expect(describeTarget(dockerfile, undefined)?.command).toMatchObject({ isExecForm: false });
  expect(dockerfile.warnings).toMatchInlineSnapshot(`
    [
      {
        "location": {
          "column": 1,
          "file": "/shop/Dockerfile",
          "line": 2,
        },
        "message": "CMD looks like a JSON array but is not valid JSON, so Docker runs it as a shell command. Use double quotes and a comma between the words.",
      },
    ]
  `);
});

test('every feature that some builder lacks is found with its line', () => {
  const text = `# syntax=docker/dockerfile:1
FROM --platform=$BUILDPLATFORM python:3.13
RUN --mount=type=cache,target=/root/.cache,uid=$id pip list
RUN --mount=type=secret,id=token,env=TOKEN pip list
RUN --network=none pip list
RUN --security=insecure pip list
RUN <<EOF
echo \${A%b} not ours
EOF
COPY --link --chmod=755 --exclude=*.md --parents a b
ADD --checksum=sha256:1 https://example.com/x /x
ENV SHORT=\${LONG%.*}
HEALTHCHECK --start-interval=1s CMD true
`;
  const features = findDockerfileFeatures(parseDockerfile(text, '/shop/Dockerfile'));
  expect(features.map(({ name, location }) => `${location.line} ${name}`)).toMatchInlineSnapshot(`
    [
      "1 syntax-directive",
      "2 platform-variable",
      "3 run-mount",
      "3 mount-variable",
      "4 run-mount",
      "4 secret-env",
      "5 run-network",
      "6 run-security",
      "7 heredoc",
      "10 copy-link",
      "10 copy-chmod",
      "10 copy-exclude",
      "10 copy-parents",
      "11 add-checksum",
      "12 variable-pattern",
      "13 healthcheck-start-interval",
    ]
  `);
});

test('a plain Dockerfile uses none of them', () => {
  const text = 'FROM python:3.13 AS base\nCOPY --chown=app . .\nRUN cat << EOF\nCMD echo ${A%b}\n';
  expect(findDockerfileFeatures(parseDockerfile(text, '/shop/Dockerfile'))).toEqual([]);
});

test('all problems are named at once with their lines', () => {
  const text = `RUN first
FORM python:3.13
FROM python:3.13 base
COPY requirements.txt
  pip install x
ENV DEBUG
WORKDIR
`;
  expect(problemsOf(text)).toMatchInlineSnapshot(`
    [
      "DJ-DOCKERFILE-SYNTAX: The Dockerfile has 7 problems. The first: RUN stands before the first FROM, where only ARG may stand.",
      "/shop/Dockerfile:1:1 RUN stands before the first FROM, where only ARG may stand. Move it below FROM.",
      "/shop/Dockerfile:2:1 FORM is not an instruction of a Dockerfile. Did you mean FROM?",
      "/shop/Dockerfile:3:1 FROM takes an image, or an image and a name. Write “FROM image” or “FROM image AS name”.",
      "/shop/Dockerfile:4:1 COPY needs at least one source and a destination.",
      "/shop/Dockerfile:5:3 PIP is not an instruction of a Dockerfile. If it belongs to the line before, end that line with a backslash.",
      "/shop/Dockerfile:6:1 ENV DEBUG has no value. Write “ENV DEBUG=value”.",
      "/shop/Dockerfile:7:1 WORKDIR needs an argument.",
    ]
  `);
});

test('a Dockerfile without FROM has no image to build on', () => {
  expect(problemsOf('# nothing here\n')).toMatchInlineSnapshot(`
    [
      "DJ-DOCKERFILE-SYNTAX: The Dockerfile has no FROM, so there is no image to build on.",
      "/shop/Dockerfile:1:1 The Dockerfile has no FROM, so there is no image to build on. Begin it with a line such as “FROM python:3.13-slim”.",
    ]
  `);
});

test('a Dockerfile that is not there says how to name another', async () => {
  await expect(readDockerfile('/nowhere/Dockerfile')).rejects.toMatchObject({
    code: 'DJ-DOCKERFILE-NOT-FOUND',
    message: 'There is no readable Dockerfile at /nowhere/Dockerfile.',
    hint: 'Name the file with app.build.dockerfile in djdev.yaml.',
  });
});
