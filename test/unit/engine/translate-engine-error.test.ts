import { expect, test } from 'vitest';
import { DjdevError } from '../../../src/errors/djdev-error.ts';
import { EngineRefusal } from '../../../src/engine/engine-refusal.ts';
import { translateEngineError } from '../../../src/engine/translate-engine-error.ts';

function translated(status: number, message: string, doing = 'start container web'): object {
  const error = translateEngineError(new EngineRefusal(status, message), doing);
  if (!(error instanceof DjdevError)) throw new Error('not translated');
  const { code, hint } = error;
  return { code, message: error.message, hint };
}

test('a port that is taken', () => {
  expect(
    translated(
      500,
      'driver failed programming external connectivity on endpoint web (c0ffee): Bind for 127.0.0.1:8000 failed: port is already allocated',
    ),
  ).toMatchInlineSnapshot(`
    {
      "code": "DJ-PORT-TAKEN",
      "hint": "Stop the program that uses the port, or choose another one.",
      "message": "A port is taken, so the Docker engine could not start container web: driver failed programming external connectivity on endpoint web (c0ffee): Bind for 127.0.0.1:8000 failed: port is already allocated.",
    }
  `);
  expect(
    translated(
      500,
      'driver failed programming external connectivity on endpoint web (c0ffee): Error starting userland proxy: listen tcp4 127.0.0.1:8000: bind: address already in use',
    ),
  ).toMatchObject({ code: 'DJ-PORT-TAKEN' });
});

test('a disk that is full', () => {
  expect(
    translated(
      500,
      'mkdir /var/lib/docker/overlay2/abc: no space left on device',
      'create container web',
    ),
  ).toMatchInlineSnapshot(`
    {
      "code": "DJ-DISK-FULL",
      "hint": "See what takes the space with \`docker system df\`, free some (for example with \`docker builder prune\`), and try again.",
      "message": "The Docker engine has no disk space left, so it could not create container web: mkdir /var/lib/docker/overlay2/abc: no space left on device.",
    }
  `);
});

test('a command that is not in the image', () => {
  expect(
    translated(
      400,
      'failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "gunicorn": executable file not found in $PATH: unknown',
    ),
  ).toMatchInlineSnapshot(`
    {
      "code": "DJ-COMMAND-NOT-FOUND",
      "hint": "Check that the image contains the program, that its path is right and that it is executable.",
      "message": "The command cannot be executed in the image, so the Docker engine could not start container web: exec: "gunicorn": executable file not found in $PATH.",
    }
  `);
});

test.each([
  'OCI runtime create failed: unable to start container process: exec: "/app/run.sh": permission denied: unknown',
  'OCI runtime create failed: unable to start container process: exec: "/app/run.sh": stat /app/run.sh: no such file or directory: unknown',
  'crun: executable file `gunicorn` not found in $PATH: No such file or directory: OCI runtime attempted to invoke a command that was not found',
])('another way to say that: %s', (message) => {
  expect(translated(500, message)).toMatchObject({ code: 'DJ-COMMAND-NOT-FOUND' });
});

test('an image that does not exist', () => {
  expect(translated(404, 'No such image: shop:latest', 'create container web'))
    .toMatchInlineSnapshot(`
    {
      "code": "DJ-IMAGE-NOT-FOUND",
      "hint": "Check the name and the tag, or build or pull the image first.",
      "message": "The image does not exist, so the Docker engine could not create container web: No such image: shop:latest.",
    }
  `);
});

test('a container that is gone', () => {
  expect(translated(404, 'No such container: web')).toMatchInlineSnapshot(`
    {
      "code": "DJ-CONTAINER-LOST",
      "hint": "Something outside djdev removed the container. Run the command again.",
      "message": "The container is gone, so the Docker engine could not start container web: No such container: web.",
    }
  `);
});

test('a container that has stopped', () => {
  expect(translated(409, 'Container c0ffee is not running', 'run `ls` in container web'))
    .toMatchInlineSnapshot(`
    {
      "code": "DJ-CONTAINER-LOST",
      "hint": undefined,
      "message": "The container is not running any more, so the Docker engine could not run \`ls\` in container web: Container c0ffee is not running.",
    }
  `);
});

test('a name that is taken', () => {
  expect(
    translated(
      409,
      'Conflict. The container name "/web" is already in use by container "c0ffee". You have to remove (or rename) that container to be able to reuse that name.',
      'create container web',
    ),
  ).toMatchInlineSnapshot(`
    {
      "code": "DJ-ENGINE-REQUEST",
      "hint": "The name belongs to something else on this engine. Run \`djdev down\`, or remove the other one.",
      "message": "The Docker engine refused to create container web: Conflict. The container name "/web" is already in use by container "c0ffee". You have to remove (or rename) that container to be able to reuse that name.",
    }
  `);
});

test('a broken default bridge', () => {
  expect(translated(500, 'could not find bridge docker0: no such network interface'))
    .toMatchInlineSnapshot(`
    {
      "code": "DJ-ENGINE-REQUEST",
      "hint": "The engine's default network is broken. Restart the Docker engine to have its docker0 bridge made again.",
      "message": "The Docker engine refused to start container web: could not find bridge docker0: no such network interface.",
    }
  `);
});

test('no address range left', () => {
  expect(
    translated(
      500,
      'could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network',
      'create network shop',
    ),
  ).toMatchInlineSnapshot(`
    {
      "code": "DJ-ENGINE-REQUEST",
      "hint": "The engine has no address range left for another network. Remove unused ones with \`docker network prune\`.",
      "message": "The Docker engine refused to create network shop: could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network.",
    }
  `);
});

test('anything else keeps the words of the engine', () => {
  expect(translated(500, 'Error response from daemon: something new')).toEqual({
    code: 'DJ-ENGINE-REQUEST',
    message: 'The Docker engine refused to start container web: something new.',
    hint: undefined,
  });
});

test.each(['ECONNRESET', 'ECONNREFUSED', 'ENOENT', 'EPIPE'])(
  '%s means that the engine is lost',
  (code) => {
    const broken = Object.assign(new Error(`read ${code}`), { code });
    const error = translateEngineError(broken, 'start container web');
    expect(error).toMatchObject({
      code: 'DJ-ENGINE-LOST',
      message: `The connection to the Docker engine broke while djdev tried to start container web: read ${code}.`,
      cause: broken,
    });
  },
);

test('a bug of ours stays what it is', () => {
  const bug = new TypeError('x is not a function');
  expect(translateEngineError(bug, 'start container web')).toBe(bug);
});
