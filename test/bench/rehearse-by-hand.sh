#!/usr/bin/env bash
# The rehearsal of examples/shop as a careful person would script it without djdev: one step after
# the other. It is the peer of the rehearsal benchmark, and no slower than it has to be: it polls
# often, and it asks Postgres over TCP because the socket already answers during initdb.
set -euo pipefail
cd "$(dirname "$0")/../../examples/shop"

run="byhand-$$"
trap 'docker rm -fv "$run-web" "$run-db" >/dev/null 2>&1; docker network rm "$run" >/dev/null 2>&1' EXIT

variables=(
  -e DJANGO_SECRET_KEY="$(head -c 40 /dev/urandom | base64)"
  -e DATABASE_URL=postgres://shop:secret@db:5432/shop
  -e DJANGO_ALLOWED_HOSTS=localhost,127.0.0.1
  -e EMAIL_URL=smtp://localhost:1025
  -e CORS_ALLOWED_ORIGINS=https://app.example.com
)

docker build -q -t shop-by-hand . >/dev/null
docker network create "$run" >/dev/null
docker run -d --name "$run-db" --network "$run" --network-alias db \
  -e POSTGRES_USER=shop -e POSTGRES_PASSWORD=secret -e POSTGRES_DB=shop postgres:17 >/dev/null
until docker exec "$run-db" pg_isready -q -h 127.0.0.1 -U shop; do sleep 0.1; done
docker run --rm --network "$run" "${variables[@]}" shop-by-hand python manage.py check --deploy
docker run --rm --network "$run" "${variables[@]}" shop-by-hand python manage.py migrate --noinput >/dev/null
docker run --rm --network "$run" --user root "${variables[@]}" shop-by-hand python manage.py collectstatic --noinput >/dev/null
docker run -d --name "$run-web" --network "$run" -p 127.0.0.1::8000 "${variables[@]}" shop-by-hand >/dev/null
address=$(docker port "$run-web" 8000/tcp)
until curl -fsS -o /dev/null "http://$address/healthz/" 2>/dev/null; do sleep 0.1; done
curl -fsS -o /dev/null -H 'X-Forwarded-Proto: https' "http://$address/"
docker stop "$run-web" >/dev/null
[ "$(docker inspect -f '{{.State.ExitCode}}' "$run-web")" = 0 ]
