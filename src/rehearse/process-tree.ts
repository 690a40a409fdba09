import type { Context } from '../context/context.ts';
import type { ProcessLine } from './checks/process-line.ts';

/** Prints PID 1 and all that descend from it as JSON, one a line. */
const program = `
import json, os
seen = {}
for pid in sorted(int(name) for name in os.listdir('/proc') if name.isdigit()):
    try:
        stat = open('/proc/%d/stat' % pid).read()
        parent = int(stat[stat.rindex(')') + 2:].split()[1])
        command = open('/proc/%d/cmdline' % pid, 'rb').read().decode('utf-8', 'replace')
    except OSError:
        continue
    one = seen[pid] = {'pid': pid, 'command': command.split(chr(0))[:-1]}
    if pid != 1:
        one['parent'] = parent
    try:
        lines = open('/proc/%d/smaps_rollup' % pid).read().splitlines()
        one['bytes'] = sum(int(line.split()[1]) * 1024 for line in lines if line.startswith('Pss:'))
    except OSError:
        pass
def descends(pid):
    while pid not in (0, 1):
        pid = seen.get(pid, {}).get('parent', 0)
    return pid == 1
for pid, one in seen.items():
    if one['command'] and descends(pid):
        print(json.dumps(one))
`.trim();

/**
 * PID 1 of a container and all that descend from it, by their ids; what djdev itself has started
 * there is none of them. Empty when the container cannot be asked.
 */
export async function readProcessTree(
  { engine, signal }: Pick<Context, 'engine' | 'signal'>,
  containerId: string,
): Promise<readonly ProcessLine[]> {
  try {
    const command = ['python3', '-c', program];
    const { stdout } = await engine.execToEnd(containerId, { command }, signal);
    return stdout
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line): ProcessLine => JSON.parse(line));
  } catch {
    // Whatever is wrong with the container is said elsewhere.
    return [];
  }
}
