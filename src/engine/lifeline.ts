import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { ContainerSpec, ImageFacts } from './engine.ts';
import type { EngineHttp } from './engine-http.ts';
import { exec } from './exec.ts';

/** What the `wrap` guard writes to stderr, without starting anything, when there is no such command. */
export const notFoundMarker = 'djdev lifeline: executable file not found: ';

/**
 * Runs "$@" as its child and ends the container when stdin does. TERM, INT, HUP, QUIT and USR1 are
 * handed on; USR2 is how the reader of stdin tells the guard to end. As PID 1 it takes every
 * process of the container along.
 *
 * A shell starts background commands with INT and QUIT ignored, and dash cannot undo that: what
 * must feel exactly those two needs the `watch` lifeline.
 */
const wrapScript = `
command -v "$1" >/dev/null 2>&1 || { echo "${notFoundMarker}$1" >&2; exit 127; }
exec 3<&0 </dev/null
signalled=
for name in TERM INT HUP QUIT USR1; do trap "signalled=1; kill -$name \\$child 2>/dev/null" $name; done
trap 'kill -KILL $child 2>/dev/null; exit 137' USR2
"$@" 3<&- &
child=$!
{ while read -r _; do :; done; kill -USR2 $$; } <&3 >/dev/null 2>&1 &
exec 3<&-
wait $child; code=$?
# A signal ends "wait" early; asking for a command that was waited for already answers 127.
while [ -n "$signalled" ]; do signalled=; wait $child; again=$?; [ $again -eq 127 ] || code=$again; done
exit $code
`.trim();

/** The spec with its command, or the image's, put under the guard. Needs `sh` in the image. */
export function wrapCommand(spec: ContainerSpec, image: ImageFacts): ContainerSpec {
  const entrypoint = spec.entrypoint ?? image.entrypoint;
  // Docker drops the image's command when only the entrypoint is replaced; so do we.
  const command = spec.command ?? (spec.entrypoint ? [] : image.command);
  return {
    ...spec,
    entrypoint: ['sh', '-c', wrapScript, 'djdev-lifeline'],
    command: [...entrypoint, ...command],
  };
}

/**
 * Beside an unchanged PID 1: at the end of stdin PID 1 is asked to end, then everything else is
 * killed again and again until the container is gone. PID 1 itself cannot be killed from inside,
 * so INT and QUIT are tried too: Python always has a handler for INT. A PID 1 without any handler
 * and without children survives that and is left to the sweep.
 */
const watchScripts = [
  [
    'sh',
    '-c',
    `
echo watching
while read -r _; do :; done
kill -TERM 1
n=0
while [ $n -lt 100 ]; do
  sleep 0.3 || sleep 1
  kill -KILL -1
  kill -INT 1
  kill -QUIT 1
  n=$((n+1))
done
`.trim(),
  ],
  [
    'python3',
    '-c',
    `
import os, signal, sys, time
print('watching', flush=True)
while sys.stdin.buffer.read(4096):
    pass
def send(pid, number):
    try:
        os.kill(pid, number)
    except OSError:
        pass
send(1, signal.SIGTERM)
for _ in range(100):
    time.sleep(0.3)
    send(-1, signal.SIGKILL)
    send(1, signal.SIGINT)
    send(1, signal.SIGQUIT)
`.trim(),
  ],
] as const;

/**
 * Starts the guard of the `watch` lifeline, which lasts as long as `signal` and this process do.
 * Answers whether one could be started: an image may have neither `sh` nor `python3`, and the
 * container may have ended already.
 */
export async function startWatchGuard(
  http: EngineHttp,
  id: string,
  signal: AbortSignal,
): Promise<boolean> {
  for (const command of watchScripts) {
    try {
      const session = await exec(http, id, { command, user: '0' }, signal);
      session.stderr.resume();
      const first = await Promise.race([firstText(session.stdout), session.exited]);
      if (String(first).startsWith('watching')) return true;
    } catch {
      // No guard is no reason to fail: the next run's sweep finds the container by its labels.
    }
  }
  return false;
}

async function firstText(stream: Readable): Promise<string> {
  const [chunk] = (await once(stream, 'data')) as [Buffer];
  return chunk.toString('utf8');
}
