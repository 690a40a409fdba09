import { connect } from 'node:net';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../../src/context/clock.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { DjdevError } from '../../../src/errors/djdev-error.ts';
import { loadProject } from '../../../src/project/load-project.ts';
import type { AppliedContainer } from '../../../src/stack/apply-container.ts';
import { findStack } from '../../../src/stack/find-stack.ts';
import { openStack } from '../../../src/stack/open-stack.ts';
import { startServices } from '../../../src/stack/start-services.ts';
import { connectTestEngine, describeWithEngine } from '../../support/engine.ts';
import { leftoversOf, removeOfTest } from '../../support/sweep.ts';
import { smallestProject, type TemporaryProject, withProject } from '../../support/with-project.ts';

const manifest = `name: services
services:
  postgres: false
  redis: {}
  mailpit: {}
  files:
    image: python:3.13-slim
    env:
      CACHE: \${services.redis.url}
      TOKEN:
      MODE: \${MODE:-plain}
    command: sh -c 'echo "$CACHE $TOKEN $MODE" > /srv/data/made; echo . >> /srv/data/starts; sleep 0.3; exec python3 -m http.server 8000 -d /srv/data'
    ports: [8000]
    volumes: ["data:/srv/data"]
    ready: { http: /made }
  idle:
    image: python:3.13-slim
    command: sleep 60
    ready: { command: test -e /proc/1, timeout: 20s }
`;

interface TestStack {
  readonly project: TemporaryProject;
  readonly worktree: string;
  /** Starts the services as `djdev up` does. */
  start(): Promise<readonly AppliedContainer[]>;
}

/** Services alone: the application of this project is never built. */
async function openTestStack(engine: Engine, content: string): Promise<TestStack> {
  const project = await withProject({ ...smallestProject, 'djdev.yaml': content });
  const shell = { TOKEN: 'from outside', XDG_STATE_HOME: `${project.root}/.state` };
  const loaded = await loadProject({ cwd: project.root, shell });
  const signal = AbortSignal.timeout(110_000);
  const context = { engine, signal, clock: systemClock, emit: () => {} };
  return {
    project,
    worktree: loaded.id,
    start: async () => {
      const stack = await openStack(loaded, shell);
      const found = await findStack(engine, loaded.id, signal);
      return (await startServices(context, stack, found)).containers;
    },
  };
}

/** One command to Redis, and the first line that it answers. */
async function ask({ host, ports }: AppliedContainer, command: string): Promise<string> {
  const socket = connect(ports[6379] ?? 0, host);
  socket.write(`${command}\r\n`);
  try {
    for await (const bytes of socket) return String(bytes);
    throw new Error('Redis closed the connection.');
  } finally {
    socket.destroy();
  }
}

function roleIn(containers: readonly AppliedContainer[], role: string): AppliedContainer {
  const found = containers.find((container) => container.role === role);
  if (found === undefined) throw new Error(`${role} was not started.`);
  return found;
}

describeWithEngine('services by name and by image', () => {
  let engine: Engine;
  let stack: TestStack;
  let first: readonly AppliedContainer[];
  const signal = AbortSignal.timeout(240_000);

  beforeAll(async () => {
    engine = await connectTestEngine();
    stack = await openTestStack(engine, manifest);
    first = await stack.start();
  });
  afterAll(async () => {
    await removeOfTest(engine, stack.worktree);
    await stack.project[Symbol.asyncDispose]();
    await engine[Symbol.asyncDispose]();
  });

  test('all of them do their work by the time they are ready', async () => {
    expect(await ask(roleIn(first, 'redis'), 'PING')).toBe('+PONG\r\n');
    const { host, ports } = roleIn(first, 'mailpit');
    const mails = await fetch(`http://${host}:${ports[8025]}/api/v1/messages`);
    expect(await mails.json()).toMatchObject({ total: 0, messages: [] });
    const files = roleIn(first, 'files');
    const made = await fetch(`http://${files.host}:${files.ports[8000]}/made`);
    expect(await made.text()).toBe('redis://redis:6379/0 from outside plain\n');
  });

  test('what runs is kept, and a container that is gone comes back to its data', async () => {
    expect((await stack.start()).map(({ change }) => change)).toEqual(Array(4).fill('keep'));
    const value = randomBytes(8).toString('hex');
    expect(await ask(roleIn(first, 'redis'), `SET key ${value}`)).toBe('+OK\r\n');
    // Redis writes its data when it is asked to end.
    await engine.stopContainer(roleIn(first, 'redis').id, 4000, signal);
    for (const role of ['redis', 'files']) {
      await engine.removeContainer(roleIn(first, role).id, signal);
    }
    const again = await stack.start();
    expect(await ask(roleIn(again, 'redis'), 'GET key')).toContain(value);
    const files = roleIn(again, 'files');
    const starts = await fetch(`http://${files.host}:${files.ports[8000]}/starts`);
    expect(await starts.text()).toBe('.\n.\n');
    expect(files.ports).toEqual(roleIn(first, 'files').ports);
  });

  test('only declared data is in a volume of the checkout', async () => {
    const owned = await leftoversOf(engine, stack.worktree);
    const volumes = owned.filter(({ kind }) => kind === 'volume').map(({ name }) => name);
    expect(volumes.toSorted()).toEqual(
      ['files', 'mailpit', 'redis'].map((role) => `djdev-${stack.worktree}-${role}-data`),
    );
  });

  const broken = {
    'an image that is nowhere': {
      service: 'image: localhost:1/nowhere:1',
      code: 'DJ-IMAGE-NOT-FOUND',
      message: /^The image localhost:1\/nowhere:1 is not on this engine/,
    },
    'a command that is not in the image': {
      service: 'image: python:3.13-slim\n    command: no-such-program',
      code: 'DJ-COMMAND-NOT-FOUND',
      message: /no-such-program/,
    },
    'one that ends': {
      service: `image: python:3.13-slim\n    command: sh -c 'echo no licence; exit 3'`,
      code: 'DJ-SERVICE-START',
      message: /^The service broken \(python:3\.13-slim\) ended with exit code 3\.$/,
      output: ['no licence'],
    },
    'one whose command never succeeds': {
      service: `image: python:3.13-slim
    command: sh -c 'echo waiting; exec sleep 60'
    ready: { command: sh -c 'exit 4', timeout: 200ms }`,
      code: 'DJ-SERVICE-START',
      message: /was not ready within 0\.2 s: “sh -c exit 4” ends with 4\.$/,
      output: ['waiting'],
    },
    'one that listens nowhere': {
      service:
        'image: python:3.13-slim\n    command: sleep 60\n    ready: { tcp: 9000, timeout: 200ms }',
      code: 'DJ-SERVICE-START',
      message: /was not ready within 0\.2 s: port 9000 takes no connection\.$/,
    },
  };

  test.each(Object.entries(broken))('%s is an error that says so', async (_, wanted) => {
    const text = `name: broken\nservices:\n  postgres: false\n  broken:\n    ${wanted.service}\n`;
    const one = await openTestStack(engine, text);
    try {
      const error: unknown = await one.start().catch((thrown: unknown) => thrown);
      if (!(error instanceof DjdevError)) throw new Error(`No DjdevError: ${String(error)}`);
      expect(error.code).toBe(wanted.code);
      expect(error.message).toMatch(wanted.message);
      if ('output' in wanted) expect(error.output).toEqual(wanted.output);
    } finally {
      await removeOfTest(engine, one.worktree);
      await one.project[Symbol.asyncDispose]();
    }
  });
});
