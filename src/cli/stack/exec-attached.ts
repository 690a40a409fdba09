import { randomBytes } from 'node:crypto';
import type { ExecRequest } from '../../engine/engine.ts';
import type { Invocation } from '../command.ts';
import { attachSession, type SendSignal, wantsTerminal } from './attach-session.ts';
import type { StackCommand } from './open-stack-command.ts';

/** A variable by which a command is found again, when a signal is to be sent to it. */
const marker = 'DJDEV_EXEC';

/** The engine has no way to signal a command it executes; a second one beside it has. */
const signaller = `
import os, signal, sys
mark = ("${marker}=" + sys.argv[1]).encode()
for pid in filter(str.isdigit, os.listdir("/proc")):
    try:
        if int(pid) != os.getpid() and mark in open("/proc/%s/environ" % pid, "rb").read().split(b"\\0"):
            os.kill(int(pid), getattr(signal, sys.argv[2]))
    except (OSError, ValueError):
        pass
`;

/** The same for images without Python, such as those of services. */
const shellSignaller = `for place in /proc/[0-9]*; do
  if tr '\\0' '\\n' < $place/environ 2>/dev/null | grep -qx "${marker}=$1"; then
    kill -s "$2" "\${place#/proc/}" 2>/dev/null
  fi
done
true`;

/** Runs a command in a running container, joined with this process's streams, to its exit code. */
export async function execAttached(
  invocation: Invocation,
  { engine }: Pick<StackCommand, 'engine'>,
  id: string,
  request: ExecRequest,
): Promise<number> {
  const tty = wantsTerminal(invocation);
  const mark = randomBytes(8).toString('hex');
  // The session outlives the first Ctrl-C: how the command takes it is the command's affair.
  const { signal } = new AbortController();
  const environment = { ...request.environment, ...terminalEnvironment(tty), [marker]: mark };
  await using session = await engine.exec(id, { ...request, environment, tty }, signal);
  const send: SendSignal = async (processSignal) => {
    const shellName = processSignal.replace(/^SIG/u, '');
    const ways = [
      ['python3', '-c', signaller, mark, processSignal],
      ['sh', '-c', shellSignaller, 'sh', mark, shellName],
    ];
    for (const command of ways) {
      const { user } = request;
      const asked = { command, ...(user === undefined ? {} : { user }) };
      const sent = await engine.execToEnd(id, asked, AbortSignal.timeout(10_000)).then(
        ({ exitCode }) => exitCode === 0,
        () => false,
      );
      if (sent) return;
    }
    invocation.io.stderr.write(
      `${processSignal} cannot be passed on: the container has neither python3 nor sh.\n`,
    );
  };
  return await attachSession(invocation, session, { tty, send });
}

/** What programs ask about the terminal they write to. */
export function terminalEnvironment(tty: boolean): Readonly<Record<string, string>> {
  const { TERM, NO_COLOR, FORCE_COLOR } = process.env;
  return {
    ...(tty ? { TERM: TERM ?? 'xterm' } : {}),
    ...(NO_COLOR === undefined ? {} : { NO_COLOR }),
    ...(FORCE_COLOR === undefined ? {} : { FORCE_COLOR }),
  };
}
