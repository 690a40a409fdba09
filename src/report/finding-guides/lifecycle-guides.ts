import type { FindingGuides } from './finding-guide.ts';

/** Findings about starting, staying up and stopping. */
export const lifecycleGuides = {
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
  'database-restart-fails': {
    why: 'Every failover and every minor upgrade of the database costs users errors after it is over.',
    fix: '`CONN_HEALTH_CHECKS = True` beside `CONN_MAX_AGE`; with a pool, `check` of the pool.',
  },
  'worker-not-replaced': {
    why: 'One request that takes too much memory, and the application serves nobody any more.',
    fix: 'Run workers under a parent that starts new ones, as gunicorn does.',
  },
} as const satisfies FindingGuides;
