import { expect, test } from 'vitest';
import { findDockerfileFeatures } from '../../../../src/project/dockerfile-features.ts';
import { parseDockerfile } from '../../../../src/project/parse-dockerfile.ts';
import type { Variable } from '../../../../src/project/project.ts';
import { checkBasesPinned } from '../../../../src/rehearse/checks/base-pinned.ts';
import { checkDiskSpace } from '../../../../src/rehearse/checks/disk-space.ts';
import { checkDockerfileFeatures } from '../../../../src/rehearse/checks/dockerfile-features.ts';
import {
  checkBuildSecrets,
  checkRequiredVariables,
} from '../../../../src/rehearse/checks/required-variables.ts';

const modern = `FROM python:3.13-slim
COPY --link . .
COPY --link a b
RUN <<EOF
echo hi
EOF
COPY --parents a b`;

/** `line: title` of each finding for this Dockerfile on this engine. */
function check(dockerfile: string, version: string, kind: 'docker' | 'podman' = 'docker') {
  const features = findDockerfileFeatures(parseDockerfile(dockerfile, '/shop/Dockerfile'));
  return checkDockerfileFeatures(features, { kind, version }).map(
    ({ title, location }) => `${location?.line}: ${title}`,
  );
}

test('dockerfile-feature-unknown: an old engine does not know new features, each named once', () => {
  expect(check(modern, '20.10.24+dfsg1')).toMatchInlineSnapshot(`
    [
      "2: The builder of Docker Engine 20.10.24+dfsg1 does not know --link.",
      "4: The builder of Docker Engine 20.10.24+dfsg1 does not know a heredoc (<<EOF).",
      "7: The builder of Docker Engine 20.10.24+dfsg1 does not know --parents.",
    ]
  `);
});

test('dockerfile-feature-unknown: not where the engine knows them, or nobody measured', () => {
  expect(check(modern, '28.5.1')).toHaveLength(1);
  expect(check(modern, '24.0.7')).toHaveLength(1);
  expect(check(modern, '29.1.0')).toEqual([]);
  expect(check('FROM python:3.13-slim\nRUN --mount=type=cache,target=/c true', '20.10.24')).toEqual(
    [],
  );
});

test('dockerfile-feature-unknown: not where a frontend image decides, nor on Podman', () => {
  expect(check(`# syntax=docker/dockerfile:1\n${modern}`, '20.10.24')).toEqual([]);
  expect(check(modern, '4.3.1', 'podman')).toEqual([]);
});

test('disk-space-low: warns when it is scarce; none at all is an error of the environment', () => {
  const levels = (freeBytes: number | undefined) =>
    checkDiskSpace({ freeBytes, totalBytes: 1e12 }).map(({ level, title }) => `${level} ${title}`);
  expect(levels(20e9)).toEqual([]);
  expect(levels(undefined)).toEqual([]);
  expect(levels(2.04e9)).toEqual(['warn The engine has 2.0 GB of disk space left.']);
  expect(() => levels(1e8)).toThrow(
    'The Docker engine has 0.1 GB of disk space left, and a rehearsal needs about 3 GB.',
  );
});

const origin = {
  kind: 'manifest',
  text: 'djdev.yaml:7',
  location: { file: '/shop/djdev.yaml', line: 7 },
} as const;
const variable: Variable = {
  name: 'STRIPE_KEY',
  value: undefined,
  required: true,
  generate: false,
  secret: true,
  origin,
};

test('env-missing: names the variable, its place and what to do', () => {
  expect(checkRequiredVariables([variable])).toMatchInlineSnapshot(`
    [
      {
        "code": "env-missing",
        "detail": "No env file and no variable of the shell gives it a value.",
        "hint": "Add a throw-away STRIPE_KEY=… to .env, or “generate: true” to its declaration in djdev.yaml. A rehearsal needs no real secret.",
        "level": "fail",
        "location": {
          "file": "/shop/djdev.yaml",
          "line": 7,
        },
        "step": "preflight",
        "title": "STRIPE_KEY is required and has no value.",
      },
    ]
  `);
  const [open] = checkRequiredVariables([{ ...variable, name: 'EMAIL_URL', secret: false }]);
  expect(open?.hint).toBe('Add EMAIL_URL=… to .env, or a value to its declaration in djdev.yaml.');
});

test('env-missing: a build secret without a value', () => {
  const [finding] = checkBuildSecrets([{ id: 'pip', reason: 'PIP_TOKEN is not set', origin }]);
  expect(finding?.title).toBe('The build secret pip has no value: PIP_TOKEN is not set.');
});

test('env-missing: nothing to say when nothing is missing', () => {
  expect([...checkRequiredVariables([]), ...checkBuildSecrets([])]).toEqual([]);
});

test('base-not-pinned: names of stages, digests and arguments are no moving tags', () => {
  const dockerfile = `FROM python AS build
FROM build AS test
FROM registry.example.com:5000/team/base
FROM node:latest
FROM python:3.13-slim
FROM python@sha256:0f00
FROM scratch
`;
  const found = checkBasesPinned(parseDockerfile(dockerfile, '/shop/Dockerfile'));
  expect(found.map(({ title, location }) => `${location?.line}: ${title}`)).toEqual([
    '1: The base image python is another one tomorrow.',
    '3: The base image registry.example.com:5000/team/base is another one tomorrow.',
    '4: The base image node:latest is another one tomorrow.',
  ]);
});
