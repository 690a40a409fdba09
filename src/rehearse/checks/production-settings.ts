import type { DjangoFacts } from '../../django/django-facts.ts';
import type { PracticeFacts } from '../../django/practice-facts.ts';
import type { Finding } from '../../report/finding.ts';
import type { LocatePath } from './deploy-check-location.ts';
import { checkMiddlewareOrder } from './middleware-order.ts';
import { checkRemovedSettings } from './removed-settings.ts';

type Facts = Pick<
  DjangoFacts,
  'django' | 'debug' | 'secureSslRedirect' | 'staticRoot' | 'databases'
>;

/** What `check --deploy` does not look at, and what goes wrong in production all the same. */
export function checkProductionSettings(
  facts: Facts,
  practice: PracticeFacts,
  locate: LocatePath,
): readonly Finding[] {
  return [
    ...checkSecretKey(practice, locate),
    ...checkProxyRedirect(facts, practice),
    ...checkConnections(facts, practice),
    ...checkPools(practice),
    ...checkSessions(practice),
    ...checkMiddlewareOrder(practice.middleware),
    ...checkBackends(practice),
    ...checkMedia(facts, practice),
    ...checkRemovedSettings(facts.django, practice.explicit),
  ];
}

function checkSecretKey({ secretKeyPlace }: PracticeFacts, locate: LocatePath): readonly Finding[] {
  if (secretKeyPlace === null) return [];
  const { file, line } = secretKeyPlace;
  return [
    {
      code: 'secret-key-hard-coded',
      level: 'fail',
      step: 'settings',
      title: 'Production’s secret key is written in the code.',
      detail: 'Whoever reads the code, or pulls the image, can sign sessions and password resets.',
      hint: 'SECRET_KEY = os.environ["DJANGO_SECRET_KEY"], and a new key: the old one is known.',
      location: { file: locate(file), line },
    },
  ];
}

function checkProxyRedirect(facts: Facts, { proxyHeader }: PracticeFacts): readonly Finding[] {
  if (!facts.secureSslRedirect || proxyHeader) return [];
  return [
    {
      code: 'redirect-loop',
      level: 'fail',
      step: 'settings',
      title: 'The redirect to https never ends behind a TLS proxy.',
      detail:
        'SECURE_SSL_REDIRECT is on, and without SECURE_PROXY_SSL_HEADER every request that the ' +
        'proxy passes on looks like http: it is sent back to the address it came from.',
      hint:
        'SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")\n' +
        'The proxy has to set this header on every request, and drop what a client sends.',
    },
  ];
}

/** Measured: after a restart of the database the first request of every worker is a 500. */
function checkConnections(
  { databases }: Facts,
  { connections }: PracticeFacts,
): readonly Finding[] {
  return connections.flatMap(({ alias, maxAge, healthChecks, pool }): readonly Finding[] => {
    const engine = databases.find((database) => database.alias === alias)?.engine ?? '';
    const kept = maxAge === null || maxAge > 0;
    if (!kept || healthChecks || pool || engine.endsWith('sqlite3')) return [];
    const age = maxAge === null ? 'None' : String(maxAge);
    return [
      {
        code: 'connections-not-checked',
        level: 'warn',
        step: 'settings',
        title: `After a restart of the database “${alias}” the first request of every worker fails.`,
        detail: `CONN_MAX_AGE is ${age}, and CONN_HEALTH_CHECKS is off: a dead connection is only noticed by the query that it fails.`,
        hint: `DATABASES["${alias}"]["CONN_HEALTH_CHECKS"] = True`,
      },
    ];
  });
}

/** Django refuses the two together, at the first connection. */
function checkPools({ connections }: PracticeFacts): readonly Finding[] {
  return connections
    .filter(({ pool, maxAge }) => pool && maxAge !== 0)
    .map(({ alias, maxAge }) => ({
      code: 'pool-with-max-age',
      level: 'fail',
      step: 'settings',
      title: `The database “${alias}” cannot be used: it has a pool and CONN_MAX_AGE.`,
      detail: `CONN_MAX_AGE is ${maxAge ?? 'None'}: “Pooling doesn’t support persistent connections.” (ImproperlyConfigured) at the first query.`,
      hint: `DATABASES["${alias}"]["CONN_MAX_AGE"] = 0: the pool keeps the connections.`,
    }));
}

/** A cache in the memory of one process is another one in every worker, and gone with each deploy. */
function checkSessions({ sessionEngine, sessionCache }: PracticeFacts): readonly Finding[] {
  if (!sessionEngine.endsWith('.backends.cache')) return [];
  if (!/\.(?:LocMemCache|DummyCache)$/u.test(sessionCache)) return [];
  return [
    {
      code: 'sessions-in-process',
      level: 'fail',
      step: 'settings',
      title: 'Users are logged out at random: sessions lie in the memory of one worker.',
      detail: `SESSION_ENGINE is ${sessionEngine}, and its cache is ${sessionCache}: the next request may go to another worker, and every deploy forgets all sessions.`,
      hint: 'CACHES["default"] = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": os.environ["CACHE_URL"]}\nor SESSION_ENGINE = "django.contrib.sessions.backends.db"',
    },
  ];
}

const developmentMail = /\.(?:console|filebased|locmem|dummy)\.EmailBackend$/u;

function checkBackends({ emailBackend, debugToolbar }: PracticeFacts): readonly Finding[] {
  const mail = developmentMail.test(emailBackend);
  return [
    ...(mail
      ? [
          development(
            'No mail leaves production.',
            `EMAIL_BACKEND is ${emailBackend}: password resets and orders go nowhere.`,
            'Set EMAIL_BACKEND and EMAIL_HOST from the environment in the production settings.',
          ),
        ]
      : []),
    ...(debugToolbar
      ? [
          development(
            'The debug toolbar is installed in production.',
            '“debug_toolbar” is in INSTALLED_APPS of the production settings.',
            'Add it in the local settings only, and leave its package out of the image.',
          ),
        ]
      : []),
  ];
}

function development(title: string, detail: string, hint: string): Finding {
  return {
    code: 'development-in-production',
    level: 'warn',
    step: 'settings',
    title,
    detail,
    hint,
  };
}

function checkMedia({ staticRoot }: Facts, { mediaRoot }: PracticeFacts): readonly Finding[] {
  if (mediaRoot === null || staticRoot === null) return [];
  const root = staticRoot.replace(/\/+$/u, '');
  const media = mediaRoot.replace(/\/+$/u, '');
  if (media !== root && !media.startsWith(`${root}/`)) return [];
  return [
    {
      code: 'media-in-static',
      level: 'fail',
      step: 'settings',
      title: 'Uploads are written among the static files.',
      detail: `MEDIA_ROOT ${mediaRoot} lies in STATIC_ROOT ${staticRoot}: whatever a user uploads is served as the site’s own file, and goes with the next image.`,
      hint: 'Give MEDIA_ROOT a directory or a storage of its own.',
    },
  ];
}
