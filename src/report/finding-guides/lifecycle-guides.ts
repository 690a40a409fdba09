import type { FindingGuides } from './finding-guide.ts';

/** Findings about starting, staying up and stopping. */
export const lifecycleGuides = {
  'migrate-at-start': {
    why: 'Replicas race each other, a restart at night changes the schema, and a failed migration is a container that never starts.',
    fix: 'Once for each release, before its containers: `release` in a Procfile, a pre-deploy hook, an init job.',
  },
  'connections-over-limit': {
    why: 'Under load Postgres answers “too many clients already”, and every request that needs a new connection is a 500.',
    fix: 'Fewer workers or a smaller pool, PgBouncer, or a higher `max_connections`.',
  },
  'boot-crashed': {
    why: 'The platform restarts it for ever, or keeps the old release.',
    fix: 'The last log lines name the cause; `djdev rehearse --keep` leaves the environment to look at.',
  },
  'boot-timeout': {
    why: 'The platform gives up on the release at its deadline.',
    fix: 'Bind `0.0.0.0`, not `127.0.0.1`, on the port that the manifest names, and let the health URL answer without waiting for others.',
  },
  'boot-over-budget': {
    why: 'Deploys and restarts take longer than the team decided.',
    fix: 'Look at what is imported at start: `python -X importtime manage.py check`.',
  },
  'health-unhealthy': {
    why: 'The platform never sends traffic to the release.',
    fix: 'Answer 2xx to the platform’s own Host and without https: `ALLOWED_HOSTS`, `SECURE_REDIRECT_EXEMPT`.',
  },
  'shutdown-killed': {
    why: 'Every deploy cuts off requests: the server never heard SIGTERM, or took longer than the platform waits.',
    fix: '`CMD ["gunicorn", …]` in exec form, and `exec "$@"` at the end of an entrypoint script.',
  },
  'shutdown-exit-code': {
    why: 'The platform counts the stop as a crash, and requests may have been dropped.',
    fix: 'Let the server itself be the process that gets SIGTERM; use `exec` in scripts.',
  },
  'shutdown-drops-requests': {
    why: 'Every deploy, every scale-down and every move to another machine costs users their answer, and a payment may be taken twice.',
    fix: 'Let the server be the one that gets the signal: `CMD ["gunicorn", …]`, or `exec` in the script; `--init` around a script without `exec` makes it worse.',
  },
  'shutdown-quick-signal': {
    why: 'SIGINT and SIGQUIT tell gunicorn to end at once: whoever waits for an answer gets a 500 or nothing.',
    fix: 'Remove `STOPSIGNAL SIGINT` from the Dockerfile, and set `kill_signal = "SIGTERM"` in `fly.toml`.',
  },
  'shutdown-resets-queue': {
    why: 'What the kernel has accepted and no worker has picked up is reset when the socket closes. With sync workers that is everything beyond one request a worker.',
    fix: 'Let the proxy take the container out before the signal (kamal-proxy does; in Kubernetes a `preStop` hook that sleeps), or use threads: `--worker-class gthread --threads 4`.',
  },
  'shutdown-slow': {
    why: 'A machine that is a little busier turns it into SIGKILL.',
    fix: 'Look at what runs at exit, and what the server waits for.',
  },
  'grace-too-short': {
    why: 'A request that takes longer than the platform waits is cut off, though the server was told to wait for it.',
    fix: '`graceful_timeout` below the grace, or a longer grace: `stop_grace_period`, `terminationGracePeriodSeconds`, `kill_timeout`; `rehearse.grace` tells djdev.',
  },
  'database-restart-fails': {
    why: 'Every failover and every minor upgrade of the database costs users errors after it is over.',
    fix: '`CONN_HEALTH_CHECKS = True` beside `CONN_MAX_AGE`; with a pool, `check` of the pool.',
  },
  'database-recovery-slow': {
    why: 'The failover takes the database a second, and the application goes on failing.',
    fix: 'Let the next request try to connect. With a pool: a short `reconnect_timeout`, and no growing pauses between attempts.',
  },
  'database-pause-fails': {
    why: 'A network that loses packets for a moment, and requests, workers or pools hang from then on.',
    fix: 'Limits for every wait: `connect_timeout`, `tcp_user_timeout` and `statement_timeout` in `OPTIONS`, `timeout` of a pool.',
  },
  'health-blind': {
    why: 'Right for liveness: a restart does not bring the database back. Wrong for readiness: a release that cannot reach its database is let in.',
    fix: 'Two URLs: one that answers always, and one with a query (`SELECT 1`) for the gate of a deploy. `processes.web.health` names the second.',
  },
  'service-loss-fails': {
    why: 'A cache that is restarted takes the pages down with it, though they could do without.',
    fix: 'Decide it for each page: catch the error of the client, or use a cache that ignores it; short `socket_connect_timeout` and `socket_timeout`.',
  },
  'service-recovery-slow': {
    why: 'After a restart of the cache or the queue, somebody has to restart the application too.',
    fix: 'Let the client connect again: retries in redis-py, `health_check_interval`, no address that is resolved once at start.',
  },
  'workers-restart': {
    why: 'Every restart costs the requests that the worker was at, and a cold first request.',
    fix: 'The log names the reason: a request longer than `--timeout`, or too little memory.',
  },
  'max-requests-without-jitter': {
    why: 'Workers that get the same number of requests end together, and for that moment nobody serves.',
    fix: '`max_requests_jitter`, a tenth of `max_requests`.',
  },
  'memory-grows': {
    why: 'After hours or days the kernel ends a worker in the middle of a request.',
    fix: '`tracemalloc` compares two moments; until the cause is found, `max_requests` with a jitter limits the damage.',
  },
  'memory-over-budget': {
    why: 'On a machine or in a pod with that much memory, workers are killed.',
    fix: 'Fewer workers, threads in their place, `--preload`, or a lighter import. `rehearse.budgets.memory` is the limit.',
  },
  'first-request-slow': {
    why: 'After every deploy somebody waits for imports and caches, and behind a short timeout gets an error.',
    fix: 'Do it before the first request: `--preload`, `AppConfig.ready()`, or a health URL that visits what is slow.',
  },
  'warnings-logged': {
    why: 'A RuntimeWarning is a mistake that does not stop anything yet: a naive time, a coroutine that nobody awaits.',
    fix: '`python -W error::RuntimeWarning manage.py test` makes it an error with a traceback.',
  },
  'release-not-repeatable': {
    why: 'The next deploy stops at its first step, also when it only repeats this one.',
    fix: 'Release commands have to find their work done: `get_or_create`, and no error for what is there already.',
  },
  'start-without-database': {
    why: 'After a power cut or a move everything starts at once, and somebody has to restart the application by hand.',
    fix: 'No query at import; or end with an error, so that the platform tries again.',
  },
  'replicas-race': {
    why: 'A scale-out or a deploy with two replicas runs every migration twice at the same time; with luck one only crashes.',
    fix: 'Take `migrate` out of the start script: a release command, or a job before the deploy.',
  },
  'process-crashed': {
    why: 'Pages work, and nothing that is queued or scheduled is ever done.',
    fix: 'The last lines name the cause; the process gets the same variables and services as the web process.',
  },
  'process-killed': {
    why: 'Every deploy waits for the whole grace, and ends whatever the process was at.',
    fix: '`exec` in scripts, a JSON array in `command`, and a handler for SIGTERM in programs of your own.',
  },
  'job-lost': {
    why: 'Every deploy loses what the workers were at, and nobody is told.',
    fix: 'Let SIGTERM reach Celery itself, and acknowledge late: `CELERY_TASK_ACKS_LATE = True` with tasks that may be done twice.',
  },
  'worker-not-replaced': {
    why: 'One request that takes too much memory, and the application serves nobody any more.',
    fix: 'Run workers under a parent that starts new ones, as gunicorn does.',
  },
} as const satisfies FindingGuides;
