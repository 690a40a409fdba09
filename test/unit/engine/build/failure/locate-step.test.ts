import { expect, test } from 'vitest';
import { locateStep } from '../../../../../src/engine/build/failure/locate-step.ts';
import { parseStepName } from '../../../../../src/engine/build/failure/step-name.ts';
import { parseDockerfile } from '../../../../../src/project/parse-dockerfile.ts';

const dockerfile = parseDockerfile(
  `ARG PYTHON=3.13
FROM python:\${PYTHON}-slim AS base
ENV A=1
WORKDIR /app
FROM base AS build
RUN one \\
    two
COPY --from=ghcr.io/astral-sh/uv:0.9 /uv /bin/
FROM base
COPY --from=build /x /x
RUN three
FROM scratch AS empty
COPY . .
`,
  '/p/Dockerfile',
);
const lineOf = (name: string): number | undefined => locateStep(dockerfile, name)?.location.line;

test.each([
  ['[base 1/2] FROM docker.io/library/python:3.13-slim', 2],
  ['[base 2/2] WORKDIR /app', 4],
  ['[build 1/2] RUN one     two', 6],
  ['[build 2/2] COPY --from=ghcr.io/astral-sh/uv:0.9 /uv /bin/', 8],
  ['[stage-2 1/2] COPY --from=build /x /x', 10],
  ['[stage-2 2/2] RUN three', 11],
  ['[linux/amd64 stage-2 2/2] RUN three', 11],
  ['[empty 1/1] COPY . .', 13],
  ['[internal] load metadata for docker.io/library/python:3.13-slim', 2],
  ['[internal] load metadata for ghcr.io/astral-sh/uv:0.9', 8],
])('%s is line %i', (name, line) => {
  expect(lineOf(name)).toBe(line);
});

test('when the builder counts otherwise, the words decide', () => {
  expect(lineOf('[build 1/9] COPY --from=ghcr.io/astral-sh/uv:0.9 /uv /bin/')).toBe(8);
});

test.each(['[internal] load build context', 'exporting to image', '[other 1/2] RUN x'])(
  '%s is no line',
  (name) => {
    expect(lineOf(name)).toBeUndefined();
  },
);

test('a padded position and an instruction over lines are read', () => {
  expect(parseStepName('[web  9/12] run a\nb')).toEqual({
    stage: 'web',
    position: 9,
    keyword: 'RUN',
    instruction: 'run a\nb',
  });
  expect(parseStepName('[ 3/12] RUN x')?.stage).toBeUndefined();
});
