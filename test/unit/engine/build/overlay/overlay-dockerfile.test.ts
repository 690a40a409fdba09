import { expect, test } from 'vitest';
import { overlayDockerfile } from '../../../../../src/engine/build/overlay/overlay-dockerfile.ts';
import { parseDockerfile } from '../../../../../src/project/parse-dockerfile.ts';

const nothing = { images: {}, arguments: [], runFlags: [] };

function overlay(text: string, changes: Partial<Parameters<typeof overlayDockerfile>[1]>): string {
  return overlayDockerfile(parseDockerfile(text, '/p/Dockerfile'), { ...nothing, ...changes });
}

const dockerfile = `# syntax=docker/dockerfile:1
ARG BASE=python:3.13-slim
FROM --platform=linux/amd64 \\
  \${BASE} AS base
RUN pip install -r requirements.txt \\
    && echo RUN done
FROM base AS build
  run ["pip", "install", "."]
FROM docker.io/library/python:3.13-slim
COPY --from=base /a /a
COPY --from=ghcr.io/astral-sh/uv:0.9 /uv /bin/
RUN --mount=type=bind,from=ghcr.io/astral-sh/uv:0.9,source=/uv,target=/uv <<EOF
RUN is no instruction here
EOF
`;

test('without anything to lay over it the text stays as it is', () => {
  expect(overlay(dockerfile, {})).toBe(dockerfile);
});

test('every stage declares the arguments, and every RUN has the flags', () => {
  expect(overlay(dockerfile, { arguments: ['A=1', 'B'], runFlags: ['--mount=x'] })).toBe(
    `# syntax=docker/dockerfile:1
ARG BASE=python:3.13-slim
FROM --platform=linux/amd64 \\
  \${BASE} AS base
ARG A=1 B
RUN --mount=x pip install -r requirements.txt \\
    && echo RUN done
FROM base AS build
ARG A=1 B
  run --mount=x ["pip", "install", "."]
FROM docker.io/library/python:3.13-slim
ARG A=1 B
COPY --from=base /a /a
COPY --from=ghcr.io/astral-sh/uv:0.9 /uv /bin/
RUN --mount=x --mount=type=bind,from=ghcr.io/astral-sh/uv:0.9,source=/uv,target=/uv <<EOF
RUN is no instruction here
EOF
`,
  );
});

test('images are replaced wherever they are named, however they are written; stages are not', () => {
  const images = {
    'python:3.13-slim': 'mirror.example/python:3.13-slim',
    'ghcr.io/astral-sh/uv:0.9': 'uv:local',
    base: 'never',
  };
  const text = overlay(dockerfile, { images });
  expect(text).toContain(
    'FROM --platform=linux/amd64 \\\n  mirror.example/python:3.13-slim AS base',
  );
  expect(text).toContain('\nFROM base AS build\n');
  expect(text).toContain('\nFROM mirror.example/python:3.13-slim\n');
  expect(text).toContain('COPY --from=base /a /a\nCOPY --from=uv:local /uv /bin/');
  expect(text).toContain('--mount=type=bind,from=uv:local,source=/uv,target=/uv');
});
