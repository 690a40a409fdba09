import type { Context } from '../../context/context.ts';
import type { ProcessLine } from '../checks/process-line.ts';

/** What a gunicorn runs with, whatever said so: command line, environment, file or default. */
export interface GunicornSettings {
  readonly server: 'gunicorn';
  readonly workerClass: string;
  readonly workers: number;
  readonly threads: number;
  /** How long a worker may be silent. */
  readonly timeoutMs: number;
  /** How long requests under way may take after the stop signal. */
  readonly gracefulTimeoutMs: number;
  readonly maxRequests: number;
  readonly maxRequestsJitter: number;
  /** Somebody has set them: they are not gunicorn's defaults. */
  readonly chosen: readonly string[];
}

/**
 * Reads the settings of PID N as gunicorn itself does: with its arguments, its environment and in
 * its directory, without importing the application. Prints them as JSON.
 */
const program = `
import json, os, sys
pid, words = sys.argv[1], sys.argv[2:]
root = '/proc/%s/' % pid
pairs = open(root + 'environ', 'rb').read().decode('utf-8', 'replace').split(chr(0))
os.environ.clear()
os.environ.update(pair.split('=', 1) for pair in pairs if '=' in pair)
os.chdir(os.readlink(root + 'cwd'))
sys.path.insert(0, os.getcwd())
sys.argv = ['gunicorn', *words]
out = os.dup(1)
os.dup2(2, 1)
from gunicorn.app.wsgiapp import WSGIApplication
settings = WSGIApplication('').cfg.settings
def value(name):
    return settings[name].get()
cls = value('worker_class')
facts = {
    'server': 'gunicorn',
    'workerClass': cls if isinstance(cls, str) else cls.__module__ + '.' + cls.__name__,
    'workers': value('workers'), 'threads': value('threads'),
    'timeoutMs': value('timeout') * 1000, 'gracefulTimeoutMs': value('graceful_timeout') * 1000,
    'maxRequests': value('max_requests'), 'maxRequestsJitter': value('max_requests_jitter'),
    'chosen': [name for name, one in settings.items() if name in ('timeout', 'graceful_timeout',
        'workers', 'threads', 'max_requests') and one.get() != type(one)().get()],
}
os.write(out, (json.dumps(facts) + chr(10)).encode())
`.trim();

/** The process that is gunicorn's parent, if the container runs one. */
function findGunicorn(processes: readonly ProcessLine[]): ProcessLine | undefined {
  return processes.find(({ command }) => /(^|\/)gunicorn$/u.test(command[1] ?? ''));
}

/** `undefined` where no gunicorn runs, or where it does not tell. */
export async function readGunicornSettings(
  { engine, signal }: Pick<Context, 'engine' | 'signal'>,
  containerId: string,
  processes: readonly ProcessLine[],
): Promise<GunicornSettings | undefined> {
  const gunicorn = findGunicorn(processes);
  const [python, , ...words] = gunicorn?.command ?? [];
  if (gunicorn === undefined || python === undefined) return undefined;
  const command = [python, '-c', program, String(gunicorn.pid), ...words];
  try {
    const { exitCode, stdout } = await engine.execToEnd(containerId, { command }, signal);
    if (exitCode !== 0) return undefined;
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as GunicornSettings;
  } catch {
    // It only makes the arithmetic possible: without it nothing is said about it.
    signal.throwIfAborted();
    return undefined;
  }
}
