import type { ContainerSpec, ImageFacts } from '../engine/engine.ts';
import type { ScratchPostgresPlan } from './plan-scratch-postgres.ts';

/** Where the official images keep their data when they declare no volume. */
const defaultDataPath = '/var/lib/postgresql';

/**
 * The official entrypoint starts the server twice: once hidden, to create the database and to run
 * the image's own scripts. Without such scripts one start is enough, and the database is created
 * by the first session (measured: first session after 0.8 s instead of 1.25 s). Images that bring
 * scripts (PostGIS, TimescaleDB) get their own entrypoint, unchanged.
 */
const startScript = `set -eu
if [ -n "$(ls -A /docker-entrypoint-initdb.d 2>/dev/null)" ] || ! command -v initdb >/dev/null; then
  exec docker-entrypoint.sh postgres
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  rm -rf "$PGDATA.new"
  printf '%s\\n' "$POSTGRES_PASSWORD" |
    initdb $POSTGRES_INITDB_ARGS --pgdata="$PGDATA.new" --username="$POSTGRES_USER" --pwfile=/dev/stdin >/dev/null
  printf 'host all all all scram-sha-256\\n' >> "$PGDATA.new/pg_hba.conf"
  mv "$PGDATA.new" "$PGDATA"
fi
rm -f "$PGDATA/postmaster.pid"
exec postgres -c listen_addresses='*'`;

/**
 * The container of a scratch Postgres. The data lies in memory, or in a volume that keeps it: the
 * server keeps its default durability settings, as production has them. A volume belongs to one
 * container at a time, so a lock file in it is what a killed one left.
 */
export function describePostgresContainer(
  plan: ScratchPostgresPlan,
  image: ImageFacts,
  volume?: string,
): Pick<
  ContainerSpec,
  'entrypoint' | 'command' | 'environment' | 'tmpfs' | 'volumes' | 'user' | 'aliases'
> {
  const dataPath = image.volumes[0] ?? defaultDataPath;
  const official = image.entrypoint.at(-1)?.endsWith('docker-entrypoint.sh') === true;
  const { command } = plan;
  return {
    aliases: [plan.host, ...(plan.aliases ?? [])],
    environment: {
      ...plan.environment,
      POSTGRES_USER: plan.user,
      POSTGRES_PASSWORD: plan.password,
      POSTGRES_DB: plan.database,
      ...(official && {
        // A directory below the mount: initdb wants to own it, and a mount belongs to root.
        PGDATA: `${dataPath}/scratch`,
        POSTGRES_INITDB_ARGS: initialisation(plan),
      }),
    },
    ...(volume === undefined
      ? { tmpfs: { [dataPath]: 'mode=1777' } }
      : { volumes: { [dataPath]: volume } }),
    // A declared command may name another server than the script starts.
    ...(command && { command }),
    ...(official &&
      !command && { entrypoint: ['sh', '-c', startScript], command: [], user: 'postgres' }),
  };
}

/** Declared options of initdb, such as a locale, hold for a scratch server too. */
function initialisation({ environment }: ScratchPostgresPlan): string {
  const declared = environment?.['POSTGRES_INITDB_ARGS'];
  return typeof declared === 'string' ? `--no-sync ${declared}` : '--no-sync';
}
