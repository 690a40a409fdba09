#!/usr/bin/env bash
# The contract of the official postgres image: POSTGRES_USER, _PASSWORD, _DB, _INITDB_ARGS,
# _HOST_AUTH_METHOD (the first three also as …_FILE), scripts in /docker-entrypoint-initdb.d on
# an empty data directory, a leading "-" means options of postgres, other commands run as given.
set -euo pipefail

# NAME from the environment, or from the file that NAME_FILE names, or the default.
setting() {
  local name=$1 file=${1}_FILE
  if [[ -n ${!name:-} && -n ${!file:-} ]]; then
    echo "error: both $name and $file are set, but only one may be" >&2
    exit 1
  fi
  if [[ -n ${!file:-} ]]; then cat "${!file}"; else echo "${!name:-$2}"; fi
}

refuse_without_password() {
  [[ -n $password || $auth == trust ]] && return
  cat >&2 <<'TEXT'
Error: Database is uninitialized and superuser password is not specified.
       You must specify POSTGRES_PASSWORD to a non-empty value for the
       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".

       You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all
       connections without a password.
TEXT
  exit 1
}

create_cluster() {
  local options
  read -r -a options <<< "${POSTGRES_INITDB_ARGS:-}"
  if [[ -n $password ]]; then
    initdb --username="$user" --pwfile=<(printf '%s\n' "$password") "${options[@]}"
  else
    initdb --username="$user" "${options[@]}"
  fi
  printf '\nhost all all all %s\n' "$auth" >> "$PGDATA/pg_hba.conf"
}

sql() { psql --username "$user" --no-password --no-psqlrc -v ON_ERROR_STOP=1 --dbname "$@"; }

create_database() {
  [[ $database == postgres ]] && return
  sql postgres --set db="$database" <<< 'CREATE DATABASE :"db";'
}

run_scripts() {
  local script
  for script in /docker-entrypoint-initdb.d/*; do
    [[ -e $script ]] && echo "$0: running $script"
    case $script in
      *.sh) if [[ -x $script ]]; then "$script"; else bash "$script"; fi ;;
      *.sql) sql "$database" < "$script" ;;
      *.sql.gz) gunzip --stdout "$script" | sql "$database" ;;
      *.sql.xz) xz --decompress --stdout "$script" | sql "$database" ;;
    esac
  done
}

# Nothing listens on the network until the scripts are through: who can connect sees a finished database.
initialise() {
  user=$(setting POSTGRES_USER postgres)
  password=$(setting POSTGRES_PASSWORD '')
  database=$(setting POSTGRES_DB "$user")
  auth=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}
  refuse_without_password
  create_cluster
  export PGUSER=$user PGPASSWORD=$password
  pg_ctl -D "$PGDATA" -o "$(printf '%q ' "$@" -c listen_addresses= -p 5432)" -w start
  create_database
  export PGDATABASE=$database
  run_scripts
  pg_ctl -D "$PGDATA" -m fast -w stop
  unset PGUSER PGPASSWORD PGDATABASE
  echo 'PostgreSQL init process complete; ready for start up.'
}

[[ ${1:-} == -* ]] && set -- postgres "$@"

if [[ ${1:-} == postgres ]]; then
  # postgres refuses to run as root. Under `--user` the container is not root to begin with.
  if [[ $(id -u) == 0 ]]; then
    install --directory --owner postgres --group postgres --mode 0700 "$PGDATA"
    chown -R postgres:postgres "$PGDATA" /var/run/postgresql
    exec setpriv --reuid=postgres --regid=postgres --init-groups "${BASH_SOURCE[0]}" "$@"
  fi
  [[ -s $PGDATA/PG_VERSION ]] || initialise "${@:2}"
fi
exec "$@"
