/** A process of a container. */
export interface ProcessLine {
  readonly pid: number;
  /** Absent for PID 1. */
  readonly parent?: number;
  readonly command: readonly string[];
  /** Its share of the memory: what it has alone, and its part of what it shares. */
  readonly bytes?: number;
}

export function isShell(process: ProcessLine | undefined): boolean {
  return /^(sh|bash|dash|ash|busybox)$/u.test(programOf(process));
}

/** A small PID 1 whose work is to pass signals on. */
export function isInit(process: ProcessLine | undefined): boolean {
  return /^(tini|dumb-init|docker-init|catatonit)$/u.test(programOf(process));
}

/** Name of the program, without its directory. */
function programOf(process: ProcessLine | undefined): string {
  return process === undefined ? '' : (writtenCommand(process)[0] ?? '');
}

/** The first process that is neither an init nor a shell: what the signal is meant for. */
export function findServer(processes: readonly ProcessLine[]): ProcessLine | undefined {
  return processes.find((process) => !isInit(process) && !isShell(process));
}

/** A command as a person wrote it: `/usr/bin/python3 /usr/bin/gunicorn x` is `gunicorn x`. */
export function writtenCommand({ command }: ProcessLine): readonly string[] {
  const [program = '', script, ...rest] = command;
  const isScript = /(^|\/)python[\d.]*$/u.test(program) && script?.includes('/') === true;
  if (isScript) return [script.split('/').at(-1) ?? script, ...rest];
  return [program.split('/').at(-1) ?? program, ...command.slice(1)];
}

/** Most processes that evidence shows: more are only more workers. */
const shownProcesses = 6;

/** The tree as indented lines, PID 1 first. */
export function describeProcesses(processes: readonly ProcessLine[]): readonly string[] {
  const depth = new Map<number, number>();
  const lines = processes.slice(0, shownProcesses).map(({ pid, parent, command }) => {
    const level = parent === undefined ? 0 : (depth.get(parent) ?? 0) + 1;
    depth.set(pid, level);
    return `${'  '.repeat(level)}PID ${pid}: ${command.join(' ')}`;
  });
  const more = processes.length - shownProcesses;
  return more > 0 ? [...lines, `and ${more} more`] : lines;
}
