import type { ModelChanges } from '../../django/django-facts.ts';
import type { Finding } from '../../report/finding.ts';

/** Models whose migrations are missing: the project's own fail, those of libraries warn. */
export function checkMissingMigrations({ missing }: ModelChanges): readonly Finding[] {
  return missing.map(({ app, name, own, operations }) => ({
    code: 'migrations-missing',
    level: own ? 'fail' : 'warn',
    step: 'settings',
    title: `The models of “${app}” changed, and no migration says so.`,
    detail: [`makemigrations would create ${app}/migrations/${name}.py:`, ...operations].join(
      '\n  - ',
    ),
    hint: own
      ? `Run “python manage.py makemigrations ${app}” and commit the file.`
      : `“${app}” is a library: its migrations are not yours to write. Often DEFAULT_AUTO_FIELD ` +
        'differs from what it was written for; set default_auto_field in its AppConfig.',
  }));
}
