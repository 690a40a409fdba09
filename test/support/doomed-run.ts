/**
 * A program that makes one container of each lifeline, a network and a volume, says `ready`, and
 * waits to be killed. Arguments: worktree label, `persistent` to make things that must survive.
 */
import { homedir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { connectEngine } from '../../src/engine/connect-engine.ts';
import type { ContainerSpec, Engine } from '../../src/engine/engine.ts';

const [worktree = '', persistence = ''] = process.argv.slice(2);
const signal = AbortSignal.timeout(120_000);
const ownership = {
  project: 'djdev-tests',
  session: worktree,
  role: 'doomed',
  worktree,
  persistent: persistence === 'persistent',
};
const handlesTerm =
  'import signal,sys,time; signal.signal(15, lambda *_: sys.exit(0)); time.sleep(600)';
const commands: readonly (readonly [ContainerSpec['lifeline'], readonly string[]])[] = [
  ['wrap', ['sleep', '600']],
  [
    'wrap',
    ['python3', '-c', 'import signal,time; signal.signal(15, signal.SIG_IGN); time.sleep(600)'],
  ],
  ['watch', ['python3', '-c', handlesTerm]],
  // No handler of its own: only INT, which Python always handles, ends it as PID 1.
  ['watch', ['python3', '-c', 'import time; time.sleep(600)']],
  // A shell that does not hand on signals, the commonest mistake in entrypoints.
  ['watch', ['sh', '-c', 'sleep 600; true']],
];

const engine = await connectEngine({ env: process.env, home: homedir() }, signal);
const network = `djdev-${worktree}-net`;
await engine.createNetwork(network, ownership, signal);
await engine.createVolume(`djdev-${worktree}-data`, ownership, signal);
await Promise.all(
  commands.map(async ([lifeline, command], index) => {
    const name = `djdev-${worktree}-${index}`;
    const image = 'python:3.13-slim';
    const spec = { name, image, ownership, command, lifeline, network };
    const container = await engine.runContainer(spec, signal);
    if (lifeline === 'watch') await untilGuarded(engine, container.id);
  }),
);
process.stdout.write('ready\n');
await delay(100_000);

/** Waits for the guard's process beside the command's; a persistent container gets none. */
async function untilGuarded(engine: Engine, id: string): Promise<void> {
  if (ownership.persistent) return;
  // Asked inside the container: the engine's own list of processes needs a ps on its host.
  const list = 'import glob; [print(open(p).read()) for p in glob.glob("/proc/[0-9]*/cmdline")]';
  for (;;) {
    const command = ['python3', '-c', list];
    const { stdout } = await engine.execToEnd(id, { command }, signal);
    if (stdout.replaceAll('\0', ' ').includes('echo watching')) return;
    await delay(50);
  }
}
