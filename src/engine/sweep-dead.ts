/**
 * A program of its own: sweeps the engine after the process that its argument names has died.
 * Without `await using`, which Node 22 does not know, because it also runs unbuilt in tests.
 */
import { systemClock } from '../context/clock.ts';
import { connectEngine } from './connect-engine.ts';
import { hasDied, parseOwner, readOwner } from './owner.ts';

interface Order {
  readonly host?: string;
  readonly context?: string;
  readonly home: string;
  readonly owner: string;
}

/** Longer than any engine takes over a request that was under way when its sender died. */
const lateRequestsMs = 3_000;

const order = JSON.parse(process.argv[2] ?? '{}') as Order;
const signal = AbortSignal.timeout(120_000);
const owner = parseOwner(order.owner);
const self = await readOwner();
if (owner) {
  // The pipe closes a moment before its process is gone.
  while (!(await hasDied(owner, self))) await systemClock.sleep(20, signal);
  const { host, context, home } = order;
  const chosen = { ...(host !== undefined && { host }), ...(context !== undefined && { context }) };
  const engine = await connectEngine({ ...chosen, env: process.env, home }, signal);
  await engine.sweep(signal);
  await systemClock.sleep(lateRequestsMs, signal);
  await engine.sweep(signal);
  await engine[Symbol.asyncDispose]();
}
