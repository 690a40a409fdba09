import { expect, test } from 'vitest';
import { openCheckout } from '../../support/checkout.ts';
import { kioskFiles } from '../../support/kiosk.ts';
import { withProject } from '../../support/with-project.ts';

const files = { ...kioskFiles, Dockerfile: 'FROM python:3.13-slim\nCOPY . .\n' };

test('no engine at the socket', async () => {
  await using kiosk = await openCheckout(await withProject(files));
  const ended = await kiosk.rehearse([], { DOCKER_HOST: 'unix:///nowhere/docker.sock' });
  expect({ ...ended.report, startedAt: '', ms: 0, djdev: '' }).toMatchInlineSnapshot(`
    {
      "djdev": "",
      "error": {
        "code": "DJ-ENGINE-UNREACHABLE",
        "hint": "Start the engine there, or correct DOCKER_HOST. Without it djdev looks for the engine of this machine.",
        "message": "No Docker engine answers. Tried unix:///nowhere/docker.sock (DOCKER_HOST): there is no such socket.",
      },
      "failOn": "fail",
      "findings": [],
      "ms": 0,
      "project": "",
      "startedAt": "",
      "steps": [],
      "verdict": "error",
      "version": 1,
    }
  `);
  expect(ended.exitCode).toBe(3);
  expect(ended.screen).toMatchInlineSnapshot(`
    "✗ No Docker engine answers. Tried unix:///nowhere/docker.sock (DOCKER_HOST):
      there is no such socket.
      → Start the engine there, or correct DOCKER_HOST. Without it djdev looks for
        the engine of this machine.
      DJ-ENGINE-UNREACHABLE  https://github.com/djdev/djdev/blob/main/docs/errors.md#dj-engine-unreachable"
  `);
});

test('no engine at the address', async () => {
  await using kiosk = await openCheckout(await withProject(files));
  // The discard port: nothing listens there.
  const ended = await kiosk.rehearse([], { DOCKER_HOST: 'tcp://127.0.0.1:9' });
  expect([ended.exitCode, ended.report.error?.code]).toEqual([3, 'DJ-ENGINE-UNREACHABLE']);
  expect(ended.screen).toMatchInlineSnapshot(`
    "✗ No Docker engine answers. Tried tcp://127.0.0.1:9 (DOCKER_HOST): nothing is
      listening there.
      → Start the engine there, or correct DOCKER_HOST. Without it djdev looks for
        the engine of this machine.
      DJ-ENGINE-UNREACHABLE  https://github.com/djdev/djdev/blob/main/docs/errors.md#dj-engine-unreachable"
  `);
});

test('a context that does not exist', async () => {
  await using kiosk = await openCheckout(await withProject(files));
  const ended = await kiosk.rehearse(['--context', 'nowhere']);
  expect(ended.exitCode).toBe(3);
  expect(ended.screen).toMatchInlineSnapshot(`
    "✗ There is no Docker context named "nowhere", which --context asks for.
      → Known contexts: default. Choose one with --context, or see \`docker context
        ls\`.
      DJ-ENGINE-UNREACHABLE  https://github.com/djdev/djdev/blob/main/docs/errors.md#dj-engine-unreachable"
  `);
});
