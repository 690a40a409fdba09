import { databasePart, isDatabaseSwitch } from './database-variables.ts';
import { type Derived, derive, deriveFrom } from './derived.ts';
import type { ProjectSources, SourceFile } from './project-sources.ts';

const driver = /^[^#\n]*?\b(psycopg(?:2|2-binary|c)?|pg8000|asyncpg|django-postgres[\w-]*)\b/im;

/**
 * Whether the project needs Postgres: a driver among its requirements, or no requirements at all
 * to tell.
 */
export function derivePostgres(sources: ProjectSources, root: string): Derived<boolean> {
  for (const file of sources.requirements) {
    const match = driver.exec(file.text);
    if (match) return deriveFrom(true, file, match.index + match[0].length, root);
  }
  return sources.requirements.length === 0
    ? derive(true, 'no requirements file says otherwise')
    : derive(false, 'no Postgres driver among the requirements');
}

/**
 * The variables through which the project's settings take their database, by name. Families are
 * recognised by name in settings and in `.env.example`; the helpers of django-environ and
 * dj-database-url read DATABASE_URL without naming it.
 */
export function deriveDatabaseVariables(
  sources: ProjectSources,
  root: string,
): Map<string, Derived<string>> {
  const found = new Map<string, Derived<string>>();
  for (const file of sources.settings) {
    for (const match of file.text.matchAll(/["']([A-Z][A-Z0-9_]+)["']/g)) {
      addVariable(found, match[1] ?? '', file, match.index, root);
    }
    for (const match of file.text.matchAll(
      /\benv\.db(?:_url)?\(\s*\)|dj_database_url\.config\(/g,
    )) {
      addVariable(found, 'DATABASE_URL', file, match.index, root);
    }
  }
  for (const file of sources.envExamples) {
    for (const match of file.text.matchAll(/^\s*(?:export\s+)?([A-Z][A-Z0-9_]+)\s*=/gm)) {
      addVariable(found, match[1] ?? '', file, match.index, root);
    }
  }
  return found;
}

function addVariable(
  found: Map<string, Derived<string>>,
  name: string,
  file: SourceFile,
  index: number,
  root: string,
): void {
  if (found.has(name)) return;
  const part = databasePart(name);
  if (part) found.set(name, deriveFrom(`\${services.postgres.${part}}`, file, index, root));
  else if (isDatabaseSwitch(name)) {
    found.set(name, deriveFrom(engineValue(name, file, index), file, index, root));
  }
}

/** The word for Postgres that stands nearby; projects spell the switch in several ways. */
function engineValue(name: string, file: SourceFile, index: number): string {
  const near = file.text.slice(index, index + 200);
  const spelled = /["'=]((?:django\.db\.backends\.)?postgres\w*)["'\s]/.exec(near)?.[1];
  return spelled ?? (name.endsWith('ENGINE') ? 'django.db.backends.postgresql' : 'postgres');
}
