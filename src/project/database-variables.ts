import type { ServicePart } from './template.ts';

// Five families are in use: DATABASE_URL, POSTGRES_*, DB_*, DBHOST… and SQL_*; besides them the
// variables of libpq itself (PG*), which a driver reads without the settings knowing.
const family =
  /^(?:DJANGO_)?(?:DATABASE|POSTGRES(?:QL)?|DB|SQL|PG|RDS)_?(?<part>URL|URI|DSN|HOST|HOSTNAME|PORT|USER|USERNAME|PASSWORD|PASS|PWD|NAME|DB|DBNAME|DB_NAME|DATABASE)$/;

const parts: Readonly<Record<string, ServicePart>> = {
  URL: 'url',
  URI: 'url',
  DSN: 'url',
  HOST: 'host',
  HOSTNAME: 'host',
  PORT: 'port',
  USER: 'user',
  USERNAME: 'user',
  PASSWORD: 'password',
  PASS: 'password',
  PWD: 'password',
  NAME: 'name',
  DB: 'name',
  DBNAME: 'name',
  DB_NAME: 'name',
  DATABASE: 'name',
};

/** Which part of the database's address a variable of this name holds, if it is one that does. */
export function databasePart(name: string): ServicePart | undefined {
  return parts[family.exec(name)?.groups?.['part'] ?? ''];
}

/** Whether a variable chooses the kind of database, as `SQL_ENGINE`, `DB_ENGINE` and `DB` do. */
export function isDatabaseSwitch(name: string): boolean {
  return /^(?:DJANGO_)?(?:(?:DATABASE|DB|SQL)_ENGINE|DB)$/.test(name);
}

/** Whether a value is the URL of a Postgres, whatever the variable is called. */
export function isPostgresUrl(value: string): boolean {
  return /^(postgres(ql)?|postgis|psql|pgsql)(\+\w+)?:\/\//i.test(value.trim());
}
