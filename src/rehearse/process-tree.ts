import type { Context } from '../context/context.ts';
import type { ProcessLine } from './checks/shutdown.ts';

/** Prints PID 1 and its children as JSON, one a line. */
const program = `
import json, os
for pid in sorted(int(name) for name in os.listdir('/proc') if name.isdigit()):
    try:
        stat = open('/proc/%d/stat' % pid).read()
        parent = stat[stat.rindex(')') + 2:].split()[1]
        command = open('/proc/%d/cmdline' % pid, 'rb').read().decode('utf-8', 'replace')
    except OSError:
        continue
    if pid == 1 or parent == '1':
        print(json.dumps({'pid': pid, 'command': command.split(chr(0))[:-1]}))
`.trim();

/** PID 1 of a container and its children; empty when the container cannot be asked. */
export async function readProcessTree(
  { engine, signal }: Pick<Context, 'engine' | 'signal'>,
  containerId: string,
): Promise<readonly ProcessLine[]> {
  try {
    const { stdout } = await engine.execToEnd(
      containerId,
      { command: ['python3', '-c', program] },
      signal,
    );
    return stdout
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line): ProcessLine => JSON.parse(line));
  } catch {
    // It only makes hints better, so whatever is wrong with the container is said elsewhere.
    return [];
  }
}
