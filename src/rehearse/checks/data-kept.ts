import type { DjangoDatabase } from '../../django/django-facts.ts';
import type { WritableFacts } from '../../django/practice-facts.ts';
import type { TargetName } from '../../project/deploy-target.ts';
import type { Finding } from '../../report/finding.ts';

/** Platforms that have no volumes: what a container writes is gone with it, once a day at least. */
const forgetful: ReadonlySet<TargetName> = new Set(['heroku']);

/** Uploads and databases in the container itself, where the platform keeps nothing. */
export function checkDataKept(
  target: TargetName,
  { uploads, media }: Pick<WritableFacts, 'uploads' | 'media'>,
  databases: readonly DjangoDatabase[],
): readonly Finding[] {
  if (!forgetful.has(target)) return [];
  const sqlite = databases.filter(({ engine }) => engine.endsWith('sqlite3'));
  const lost = [
    ...sqlite.map(({ alias, name }) => `the database “${alias}”: ${name}`),
    ...(media === null ? [] : [`uploads of ${uploads.join(', ')}: ${media}`]),
  ];
  const [first] = lost;
  if (first === undefined) return [];
  return [
    {
      code: 'data-not-kept',
      level: 'warn',
      step: 'settings',
      title: `Heroku forgets ${sqlite.length > 0 ? 'the database' : 'uploads'} with every restart, once a day at least.`,
      detail: lost.join('\n'),
      hint:
        sqlite.length > 0
          ? 'Take the database from DATABASE_URL.'
          : 'Keep uploads in an object store: STORAGES["default"] with django-storages.',
    },
  ];
}
