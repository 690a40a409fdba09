import { expect, test } from 'vitest';
import { unknownContext, unreachable } from '../../../src/engine/engine-unreachable.ts';

const failed = (code: string): Error => Object.assign(new Error(`connect ${code}`), { code });
const socket = { address: 'unix:///var/run/docker.sock', origin: 'default socket' };
const podman = { address: 'unix:///run/podman/podman.sock', origin: 'Podman' };

function text(
  error: Readonly<{ message: string; hint: string | undefined; output: readonly string[] }>,
): object {
  const { message, hint, output } = error;
  return { message, hint, output };
}

test('the socket that exists is the one that was meant; every attempt is listed', () => {
  const error = unreachable([
    { candidate: socket, error: failed('ENOENT') },
    { candidate: podman, error: failed('EACCES') },
  ]);
  expect(error.code).toBe('DJ-ENGINE-UNREACHABLE');
  expect(text(error)).toMatchInlineSnapshot(`
    {
      "hint": "Your user may not use this socket. Add it to the docker group with \`sudo usermod -aG docker $USER\`, then log in again.",
      "message": "No Docker engine answers. Tried unix:///run/podman/podman.sock (Podman): permission denied.",
      "output": [
        "unix:///var/run/docker.sock (default socket): there is no such socket",
        "unix:///run/podman/podman.sock (Podman): permission denied",
      ],
    }
  `);
});

test('an engine that is not started', () => {
  expect(text(unreachable([{ candidate: socket, error: failed('ECONNREFUSED') }])))
    .toMatchInlineSnapshot(`
    {
      "hint": "Start the Docker engine (\`sudo systemctl start docker\`, or Docker Desktop) and try again.",
      "message": "No Docker engine answers. Tried unix:///var/run/docker.sock (default socket): nothing is listening there.",
      "output": [],
    }
  `);
});

test('no engine at the address that was asked for', () => {
  const candidate = { address: 'tcp://127.0.0.1:2375', origin: 'DOCKER_HOST' };
  expect(unreachable([{ candidate, error: failed('ECONNREFUSED') }]).hint).toBe(
    'Start the engine there, or correct DOCKER_HOST. Without it djdev looks for the engine of this machine.',
  );
});

test('no engine at all', () => {
  expect(text(unreachable([{ candidate: socket, error: failed('ENOENT') }])))
    .toMatchInlineSnapshot(`
    {
      "hint": "Install Docker and start it, or say where the engine is with --host, --context or DOCKER_HOST.",
      "message": "No Docker engine answers. Tried unix:///var/run/docker.sock (default socket): there is no such socket.",
      "output": [],
    }
  `);
});

test('an engine that hangs', () => {
  const error = new DOMException('The operation was aborted due to timeout', 'TimeoutError');
  expect(unreachable([{ candidate: socket, error }]).message).toBe(
    'No Docker engine answers. Tried unix:///var/run/docker.sock (default socket): no answer in time.',
  );
});

test('a context that does not exist', () => {
  const found = {
    type: 'unknown-context',
    name: 'colma',
    origin: 'DOCKER_CONTEXT',
    known: ['default', 'colima'],
  } as const;
  expect(text(unknownContext(found))).toMatchInlineSnapshot(`
    {
      "hint": "Known contexts: default, colima. Choose one with --context, or see \`docker context ls\`.",
      "message": "There is no Docker context named "colma", which DOCKER_CONTEXT asks for.",
      "output": [],
    }
  `);
});
