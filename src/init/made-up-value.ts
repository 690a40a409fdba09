import type { EnvironmentRead } from '../project/find-environment-reads.ts';
import { isDatabaseName } from './database-names.ts';

/**
 * A value with which settings can be loaded when nobody has given a variable one: for a rehearsal,
 * and for the line of a Dockerfile that collects static files. `undefined`: any text will do.
 */
export function madeUpValue({
  name,
  kind,
}: Pick<EnvironmentRead, 'name' | 'kind'>): string | undefined {
  if (kind === 'bool') return 'False';
  if (kind === 'int') return /PORT/u.test(name) ? '25' : '1';
  if (kind === 'json') return '{}';
  if (kind === 'database' || isDatabaseName(name)) return 'postgres://build-only/build';
  if (name.endsWith('DSN')) return '';
  if (/ADMIN_?URL|ADMIN_?PATH/u.test(name)) return 'admin/';
  if (/CACHE_?UR[LI]/u.test(name)) return 'locmemcache://';
  if (/REDIS|BROKER|RESULT_BACKEND/u.test(name)) return 'redis://localhost:6379/0';
  if (/EMAIL_?UR[LI]/u.test(name)) return 'consolemail://';
  if (kind === 'url' || /(?:^|_)(?:UR[LI]|ENDPOINT|ORIGINS?)$/u.test(name))
    return 'https://example.com';
  if (/EMAIL_HOST$|(?:^|_)(?:HOST|HOSTNAME|SERVER)$/u.test(name)) return 'localhost';
  if (/HOSTS$|DOMAINS?$/u.test(name)) return 'localhost';
  if (name.endsWith('PORT')) return '25';
  if (/(?:^|_)(?:EMAIL|FROM|SENDER)$/u.test(name)) return 'nobody@example.com';
  if (/REGION/u.test(name)) return 'us-east-1';
  if (/^(?:DJANGO_)?DEBUG$|(?:^|_)(?:ENABLED?|DISABLED?)$|^(?:USE|ENABLE|DISABLE)_/u.test(name))
    return '0';
  return undefined;
}
