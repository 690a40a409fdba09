import { readFile } from 'node:fs/promises';
import type { Diagnosis } from './diagnosis.ts';

/** Facts about this machine that need no engine. */
export async function diagnoseHost(): Promise<readonly Diagnosis[]> {
  const node: Diagnosis = {
    subject: 'Node',
    level: 'pass',
    text: `${process.versions.node} at ${process.execPath}`,
  };
  const [watches, instances] = await Promise.all([
    readLimit('max_user_watches'),
    readLimit('max_user_instances'),
  ]);
  if (watches === undefined || instances === undefined) return [node];
  return [node, diagnoseInotify(watches, instances)];
}

/** Every directory that is watched takes a watch, and every watching program an instance. */
export function diagnoseInotify(watches: number, instances: number): Diagnosis {
  const text = `${watches} watches, ${instances} instances`;
  const low = [
    ...(watches < 65_536 ? ['fs.inotify.max_user_watches=524288'] : []),
    ...(instances < 128 ? ['fs.inotify.max_user_instances=512'] : []),
  ];
  if (low.length === 0) return { subject: 'inotify', level: 'pass', text };
  return {
    subject: 'inotify',
    level: 'warn',
    text: `${text}: few for a large project and an editor beside it`,
    fix: `sudo sysctl ${low.join(' ')}`,
  };
}

/** A limit of this Linux; `undefined` on other systems. */
async function readLimit(name: string): Promise<number | undefined> {
  try {
    return Number(await readFile(`/proc/sys/fs/inotify/${name}`, 'utf8'));
  } catch {
    return undefined;
  }
}
