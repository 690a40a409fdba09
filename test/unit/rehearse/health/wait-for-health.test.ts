import { expect, test } from 'vitest';
import { systemClock } from '../../../../src/context/clock.ts';
import type { ContainerExit } from '../../../../src/engine/engine.ts';
import {
  type HealthQuestion,
  waitForHealth,
} from '../../../../src/rehearse/health/wait-for-health.ts';
import { serve } from '../http/http-server.ts';

const never = new Promise<ContainerExit>(() => undefined);

function ask(
  question: Partial<HealthQuestion> & Pick<HealthQuestion, 'address'>,
  signal?: AbortSignal,
) {
  return waitForHealth(
    {
      paths: ['/up/'],
      isDeclared: true,
      headers: {},
      exited: never,
      deadlineMs: 5000,
      startedMs: systemClock.monotonicMs(),
      ...question,
    },
    systemClock,
    signal ?? AbortSignal.timeout(20_000),
  );
}

/** An address where nothing listens. */
async function closedAddress() {
  await using server = await serve(() => undefined);
  return server.address;
}

test('asks again while the application says that it is not ready', async () => {
  let asked = 0;
  await using server = await serve((_, response) => {
    asked += 1;
    response.writeHead(asked < 3 ? 503 : 200).end('ok');
  });
  const outcome = await ask({ address: server.address });
  expect(outcome).toMatchObject({ type: 'healthy', request: { path: '/up/' } });
  expect(asked).toBe(3);
});

test('walks the usual paths until one is there', async () => {
  await using server = await serve((request, response) => {
    response.writeHead(request.url === '/health/' ? 200 : 404).end();
  });
  const paths = ['/healthz/', '/health/', '/'];
  const outcome = await ask({ address: server.address, paths, isDeclared: false });
  expect(outcome).toMatchObject({ type: 'healthy', request: { path: '/health/' } });
});

test('does not wait where the answer will not change', async () => {
  await using server = await serve((_, response) => response.writeHead(400).end());
  const outcome = await ask({ address: server.address });
  expect(outcome).toMatchObject({ type: 'unhealthy', response: { status: 400 } });
});

test('is unhealthy when errors last until the deadline', async () => {
  await using server = await serve((_, response) => response.writeHead(503).end());
  const outcome = await ask({ address: server.address, deadlineMs: 250 });
  expect(outcome).toMatchObject({ type: 'unhealthy', response: { status: 503 } });
  expect(outcome.ms).toBeGreaterThan(240);
});

test('is silent when nothing listens until the deadline', async () => {
  const outcome = await ask({ address: await closedAddress(), deadlineMs: 100 });
  expect(outcome.type).toBe('silent');
});

test('is silent when a connection is taken and nothing comes', async () => {
  await using server = await serve(() => undefined);
  const outcome = await ask({ address: server.address, deadlineMs: 100 });
  expect(outcome.type).toBe('silent');
});

test('ends at once when the container does', async () => {
  const exit = { exitCode: 3, outOfMemory: false, error: undefined };
  const exited = systemClock.sleep(50, AbortSignal.timeout(5000)).then(() => exit);
  const outcome = await ask({ address: await closedAddress(), exited });
  expect(outcome).toMatchObject({ type: 'ended', exit });
  expect(outcome.ms).toBeLessThan(2000);
});

test('rejects with the reason of an abort', async () => {
  const abort = new AbortController();
  const waiting = ask({ address: await closedAddress() }, abort.signal);
  abort.abort(new Error('Ctrl-C'));
  await expect(waiting).rejects.toThrow('Ctrl-C');
});
