import { Readable } from 'node:stream';
import type { Context } from '../../context/context.ts';
import type { ProcessDefinition } from '../../project/project.ts';
import type { ProcessLine } from '../checks/process-line.ts';
import type { ReplicaRequest } from './start-replica.ts';

/** How long the job takes: longer than a worker that ends at once. */
const jobSeconds = 1.5;
const directory = 'djdev-job';

/** Python that the worker finds before it starts: one more task, which tells when it is done. */
const task = `
import os, time
try:
    from celery import shared_task
except ImportError:
    pass
else:
    @shared_task(name='djdev.job', bind=True)
    def job(self, seconds):
        late = b'late' if self.app.conf.task_acks_late else b'early'
        os.write(1, b'djdev: the job began, acknowledged ' + late + bytes([10]))
        time.sleep(seconds)
        os.write(1, b'djdev: the job is done' + bytes([10]))
`.trim();

/** Lines by which the job tells of itself. */
export const jobLines = {
  began: /^djdev: the job began, acknowledged (late|early)$/u,
  done: /^djdev: the job is done$/u,
} as const;

/** A process that production runs, as far as its command tells: no watcher of files. */
export function isProductionProcess({ command }: ProcessDefinition): boolean {
  const line = command?.join(' ') ?? '';
  return /\b(celery|rq|rqworker|dramatiq|huey|run_huey|qcluster|daphne|uvicorn|gunicorn)\b|python[\d.]* (-u )?manage\.py /u.test(
    line,
  );
}

/** A worker of Celery whose tasks run in processes or threads of their own. */
export function isCeleryWorker(command: readonly string[]): boolean {
  const line = command.join(' ');
  return /\bcelery\b.* worker\b/u.test(line) && !/(-P|--pool)[ =]?(gevent|eventlet)/u.test(line);
}

/** The task as a file of the container, and the variable by which Python finds it. */
export function jobSeed(): ReplicaRequest['seeds'][number] {
  return {
    path: '/tmp',
    async archive() {
      const { pack } = await import('tar-stream');
      const archive = pack();
      archive.entry({ name: directory, type: 'directory', mode: 0o755 });
      archive.entry({ name: `${directory}/sitecustomize.py`, mode: 0o644 }, task);
      archive.finalize();
      return Readable.from(archive);
    },
  };
}

/** Beside the application's own value. */
export function jobPath(own: string | undefined): string {
  return own ? `/tmp/${directory}:${own}` : `/tmp/${directory}`;
}

/** Puts the job into the worker's queue, by the worker's own command line. Answers whether it could. */
export async function queueJob(
  { engine, signal }: Pick<Context, 'engine' | 'signal'>,
  containerId: string,
  { command }: ProcessLine,
): Promise<boolean> {
  const at = command.indexOf('worker');
  const line = command.join(' ');
  const queue = /(?:-Q|--queues)[ =]?([\w.-]+)/u.exec(line)?.[1];
  const call = [
    ...command.slice(0, at),
    'call',
    'djdev.job',
    `--args=[${jobSeconds}]`,
    ...(queue === undefined ? [] : [`--queue=${queue}`]),
  ];
  const { exitCode } = await engine.execToEnd(containerId, { command: call }, signal);
  return exitCode === 0;
}
