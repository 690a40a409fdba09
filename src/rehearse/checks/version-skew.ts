import type { Finding } from '../../report/finding.ts';
import type { FindingCode } from '../../report/finding-codes.ts';
import type {
  AssetCrossing,
  CarriedThing,
  Crossing,
  VersionSkew,
} from '../../report/rollout-report.ts';

/** What is lost on the way from the old release (`label`) to the new one. */
export function checkVersionSkew(
  label: string,
  { crossings, assets }: VersionSkew,
): readonly Finding[] {
  const lost = crossings.filter(
    ({ direction, outcome }) => direction === 'old-to-new' && outcome === 'lost',
  );
  const has = (...things: readonly CarriedThing[]): readonly Crossing[] =>
    lost.filter(({ what }) => things.includes(what));
  const sessions = has('session', 'login');
  // A token that lies in the session is lost with it.
  const csrf = has('csrf').filter(
    ({ detail }) => sessions.length === 0 || detail.includes('CSRF_COOKIE_NAME'),
  );
  const back = crossings.filter(
    ({ direction, outcome }) => direction === 'new-to-old' && outcome === 'lost',
  );
  return [
    ...(sessions.length === 0 ? [] : [sessionsLost(label, [...sessions, ...has('signed')], back)]),
    ...(csrf.length === 0 ? [] : [csrfLost(label, csrf)]),
    // With a new key sessions and signatures are lost together, and the sessions say so.
    ...(has('signed').length === 0 || sessions.length > 0
      ? []
      : [signedLost(label, has('signed'))]),
    ...has('cached').map((one) => cachedLost(label, one)),
    ...has('task').map((one) => tasksLost(label, one)),
    ...assets.filter(isLost).map((one) => assetsGone(label, one)),
  ];
}

function finding(
  code: FindingCode,
  parts: Pick<Finding, 'level' | 'title' | 'detail' | 'hint'>,
): Finding {
  return { code, step: 'rollout', ...parts };
}

function sessionsLost(
  label: string,
  lost: readonly Crossing[],
  back: readonly Crossing[],
): Finding {
  const isLogin = lost.every(({ what }) => what !== 'session');
  const also = back.some(({ what }) => what === 'session' || what === 'login')
    ? ['After rolling back, those who have logged in meanwhile are logged out as well.']
    : [];
  const text = lost.map(({ detail }) => detail).join(' ');
  return finding('sessions-lost', {
    level: 'fail',
    title: isLogin
      ? `The deploy logs everybody out: the new release does not take logins of ${label}.`
      : `The deploy logs everybody out: the new release cannot read sessions of ${label}.`,
    detail: [...new Set(lost.map(describe)), ...also].join('\n'),
    hint: sessionHint(text),
  });
}

function sessionHint(text: string): string {
  if (text.includes('SECRET_KEY')) {
    return 'Keep the old key where the new one can find it, for as long as sessions live: SECRET_KEY_FALLBACKS = [os.environ["OLD_SECRET_KEY"]].';
  }
  if (text.includes('SESSION_SERIALIZER')) {
    return 'Read both formats for as long as sessions live: a serializer of your own whose loads() tries the new one and then the old one.';
  }
  if (text.includes('SESSION_COOKIE_NAME')) {
    return 'Keep SESSION_COOKIE_NAME, or let a middleware take over the old cookie for as long as sessions live.';
  }
  if (text.includes('SESSION_ENGINE')) {
    return 'Copy the sessions before the switch, or let a backend of your own look in the old place too, for as long as sessions live.';
  }
  return 'Keep what sessions depend on (SECRET_KEY, SESSION_*, AUTHENTICATION_BACKENDS, AUTH_USER_MODEL), or announce that everybody has to log in again and ignore this code with a reason.';
}

function csrfLost(label: string, lost: readonly Crossing[]): Finding {
  return finding('csrf-lost', {
    level: 'fail',
    title: `Forms that were opened before the deploy are refused after it: the new release does not take CSRF tokens of ${label}.`,
    detail: lost.map(describe).join('\n'),
    hint: 'Keep CSRF_COOKIE_NAME and CSRF_USE_SESSIONS, or change them when nobody fills in forms.',
  });
}

function signedLost(label: string, lost: readonly Crossing[]): Finding {
  return finding('signed-data-lost', {
    level: 'warn',
    title: `Links that ${label} signed are no longer valid: django.core.signing refuses them.`,
    detail: lost.map(describe).join('\n'),
    hint: 'Links to reset a password or to confirm an address are in people’s mail boxes: SECRET_KEY_FALLBACKS = [os.environ["OLD_SECRET_KEY"]] until they have expired.',
  });
}

function cachedLost(label: string, { detail }: Crossing): Finding {
  return finding('cached-values-unreadable', {
    level: 'warn',
    title: `The new release cannot read values that ${label} left in the cache.`,
    detail,
    hint: 'Pickled objects name their class and its module. Cache plain data, or begin anew with each release: KEY_PREFIX or VERSION of CACHES.',
  });
}

function tasksLost(label: string, { detail }: Crossing): Finding {
  const [first = ''] = detail.split('\n');
  const others = detail.split('\n').length - 1;
  return finding('queued-task-lost', {
    level: 'warn',
    title: `Jobs that ${label} has queued fail in the new workers: ${first}${others > 0 ? ` and ${others} more` : ''}.`,
    detail,
    hint: 'Keep the old name as an alias for one release (@app.task(name="…")), give new arguments a default, and remove either when the queue is empty.',
  });
}

function isLost({ direction, missing }: AssetCrossing): boolean {
  return direction === 'old-to-new' && missing.length > 0;
}

function assetsGone(label: string, { missing, asked }: AssetCrossing): Finding {
  const [first] = missing;
  const cached = missing.find(({ cacheControl }) => cacheControl !== undefined);
  const poisoned =
    cached === undefined
      ? []
      : [`A CDN keeps the answer “${cached.status}”: Cache-Control: ${cached.cacheControl ?? ''}.`];
  return finding('old-assets-gone', {
    level: 'warn',
    title: `Pages of ${label} lose ${missing.length} of ${asked} files at the deploy: ${first?.path ?? ''} is answered with ${first?.status ?? 404}.`,
    detail: [
      ...missing.slice(0, 20).map(({ path, page, status }) => `${path} (of ${page}): ${status}`),
      ...poisoned,
    ].join('\n'),
    hint: 'Keep the files of the release before for a while: Kamal’s asset_path, a CDN or an object store that is only added to, or a volume that collectstatic fills without --clear. And let no cache keep a 404.',
  });
}

const names: Readonly<Record<CarriedThing, string>> = {
  session: 'A session',
  login: 'A login',
  csrf: 'A form with its CSRF token',
  signed: 'A signature of django.core.signing',
  cached: 'A cached value',
  task: 'A queued job',
};

function describe({ what, detail }: Crossing): string {
  return `${names[what]} is lost${detail === '' ? '' : `: ${detail}`}.`;
}
