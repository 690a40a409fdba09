#!/bin/sh
# The contract of the official redis image: options and a configuration file go to redis-server,
# the server runs as the user redis and answers other containers, other commands run as given.
set -eu

case ${1:-} in
  -* | *.conf) set -- redis-server "$@" ;;
esac

if [ "${1:-}" = redis-server ] && [ "$(id -u)" = 0 ]; then
  find . \! -user redis -exec chown redis '{}' +
  exec setpriv --reuid=redis --regid=redis --init-groups "$0" "$@"
fi

# The official server is built without protected mode. A configuration file must stay the first
# argument, and whatever follows may say otherwise.
if [ "${1:-}" = redis-server ]; then
  case ${2:-} in
    '' | -*) shift && set -- redis-server --protected-mode no "$@" ;;
    *) config=$2 && shift 2 && set -- redis-server "$config" --protected-mode no "$@" ;;
  esac
fi
exec "$@"
