import { readdir } from 'node:fs/promises';
import path from 'node:path';

/** What every project with the usual apps has. */
const ofDjango = [
  'changepassword',
  'check',
  'collectstatic',
  'compilemessages',
  'createcachetable',
  'createsuperuser',
  'dbshell',
  'diffsettings',
  'dumpdata',
  'findstatic',
  'flush',
  'inspectdb',
  'loaddata',
  'makemessages',
  'makemigrations',
  'migrate',
  'optimizemigration',
  'sendtestemail',
  'shell',
  'showmigrations',
  'sqlflush',
  'sqlmigrate',
  'sqlsequencereset',
  'squashmigrations',
  'startapp',
  'test',
];

const mostLevels = 4;
const skipped = /^(?:\..*|node_modules|venv|env|__pycache__|static|templates|migrations)$/u;

/** Django's commands and those in the management/commands directories of the project. */
export async function findManagementCommands(root: string): Promise<readonly string[]> {
  const own: string[] = [];
  let level = [root];
  for (let depth = 0; depth < mostLevels && level.length > 0; depth += 1) {
    const next: string[] = [];
    for (const directory of level) {
      own.push(...(await listCommands(directory)));
      const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
      next.push(
        ...entries
          .filter((entry) => entry.isDirectory() && !skipped.test(entry.name))
          .map((entry) => path.join(directory, entry.name)),
      );
    }
    level = next;
  }
  return [...new Set([...ofDjango, ...own])].toSorted();
}

async function listCommands(app: string): Promise<readonly string[]> {
  const names = await readdir(path.join(app, 'management', 'commands')).catch(() => []);
  return names
    .filter((name) => name.endsWith('.py') && !name.startsWith('_'))
    .map((name) => name.slice(0, -'.py'.length));
}
