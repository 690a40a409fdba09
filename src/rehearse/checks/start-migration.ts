import type { Finding } from '../../report/finding.ts';

/** What `manage.py migrate` prints before it does anything. */
const migrating = /^\s*(?:Operations to perform:|Running migrations:)/u;

/** The log of the booted application shows that its command migrates, with every container. */
export function checkStartMigration(lines: readonly string[]): readonly Finding[] {
  const line = lines.find((text) => migrating.test(text));
  if (line === undefined) return [];
  return [
    {
      code: 'migrate-at-start',
      level: 'warn',
      step: 'http',
      title: 'Production migrates whenever a container starts.',
      detail: `Its log: ${line.trim()}\nSeveral replicas migrate at once, a restart at night migrates too, and a failed migration is a container that never starts.`,
      hint: 'Run it once for each release, before the new containers: the release command of the platform, and rehearse.release here.',
    },
  ];
}
