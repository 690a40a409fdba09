import { readFile, writeFile } from 'node:fs/promises';
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
  return [node, diagnoseInotify(watches, instances, process.getuid?.() === 0)];
}

/** Every directory that is watched takes a watch, and every watching program an instance. */
export function diagnoseInotify(watches: number, instances: number, mayChange = false): Diagnosis {
  const text = `${watches} watches, ${instances} instances`;
  const low = {
    ...(watches < 65_536 && { max_user_watches: 524_288 }),
    ...(instances < 128 && { max_user_instances: 512 }),
  };
  const settings = Object.entries(low).map(([name, value]) => `fs.inotify.${name}=${value}`);
  if (settings.length === 0) return { subject: 'inotify', level: 'pass', text };
  return {
    subject: 'inotify',
    level: 'warn',
    text: `${text}: few for a large project and an editor beside it`,
    fix: `sudo sysctl ${settings.join(' ')}`,
    ...(mayChange && {
      mend: {
        question: `Set ${settings.join(' and ')} until this machine starts again?`,
        run: async () => {
          for (const [name, value] of Object.entries(low)) {
            await writeFile(limitFile(name), String(value));
          }
          return `set ${settings.join(' and ')}`;
        },
      },
    }),
  };
}

const limitFile = (name: string): string => `/proc/sys/fs/inotify/${name}`;

/** A limit of this Linux; `undefined` on other systems. */
async function readLimit(name: string): Promise<number | undefined> {
  try {
    return Number(await readFile(limitFile(name), 'utf8'));
  } catch {
    return undefined;
  }
}
