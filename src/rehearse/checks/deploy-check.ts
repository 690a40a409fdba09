import type { CheckMessage } from '../../django/django-facts.ts';
import type { Finding, Level } from '../../report/finding.ts';

/** Django's own numbers: DEBUG 10, INFO 20, WARNING 30, ERROR 40, CRITICAL 50. */
const warningLevel = 30;
const errorLevel = 40;

/** Warnings of Django that are no matter of taste: a guessable key, DEBUG, no host allowed. */
const fatal: ReadonlySet<string> = new Set(['security.W009', 'security.W018', 'security.W020']);

const atTheProxy =
  'If the proxy in front of production does this, list the id in SILENCED_SYSTEM_CHECKS';

const saidBy = '“manage.py check --deploy” says so with the production settings.';

const byDjango =
  'Correct what Django names. What is meant to be so can be listed in SILENCED_SYSTEM_CHECKS.';

/** What to do, where Django's own text does not say it for an application behind a proxy. */
const hints: Readonly<Record<string, string>> = {
  'security.W001': 'Put "django.middleware.security.SecurityMiddleware" first in MIDDLEWARE.',
  'security.W002':
    'Add "django.middleware.clickjacking.XFrameOptionsMiddleware" to MIDDLEWARE, or send frame-ancestors in a Content-Security-Policy and list the id in SILENCED_SYSTEM_CHECKS.',
  'security.W003':
    'Add "django.middleware.csrf.CsrfViewMiddleware" to MIDDLEWARE; an API without cookies needs none and lists the id in SILENCED_SYSTEM_CHECKS.',
  'security.W004': `Set SECURE_HSTS_SECONDS, first to an hour, later to a year. ${atTheProxy}.`,
  'security.W005': 'Set SECURE_HSTS_INCLUDE_SUBDOMAINS once every subdomain is served over https.',
  'security.W008': `Set SECURE_SSL_REDIRECT, together with SECURE_PROXY_SSL_HEADER: without it the redirect never ends behind a TLS proxy. ${atTheProxy}.`,
  'security.W009': 'Read SECRET_KEY from the environment, and give production a long random one.',
  'security.W012': 'Set SESSION_COOKIE_SECURE = True in the production settings.',
  'security.W016': 'Set CSRF_COOKIE_SECURE = True in the production settings.',
  'security.W018': 'Set DEBUG = False in the production settings.',
  'security.W020': 'Set ALLOWED_HOSTS in the production settings to the names it is reached by.',
  'security.W021': `Set SECURE_HSTS_PRELOAD only when the domain is to be put on browsers’ lists. ${atTheProxy}, or if it is not.`,
};

/** One finding for each message of `check --deploy`; one that passes when there are none. */
export function checkDeployMessages(messages: readonly CheckMessage[]): readonly Finding[] {
  if (messages.length > 0) return messages.map(toFinding);
  return [
    {
      code: 'deploy-check',
      level: 'pass',
      step: 'settings',
      title: '“manage.py check --deploy” has nothing to say.',
      detail: '',
      hint: '',
    },
  ];
}

function toFinding(message: CheckMessage): Finding {
  const [first = '', ...rest] = splitSentences(message.text);
  const id = message.id === '' ? 'a check without an id' : message.id;
  return {
    code: 'deploy-check',
    level: levelOf(message),
    step: 'settings',
    title: `${id}: ${first}`,
    detail: [message.object, rest.join(' ')].filter(Boolean).join('\n') || saidBy,
    hint: hints[message.id] || message.hint || byDjango,
  };
}

function levelOf({ id, level }: CheckMessage): Level {
  if (level >= errorLevel || fatal.has(id)) return 'fail';
  return level >= warningLevel ? 'warn' : 'pass';
}

function splitSentences(text: string): readonly string[] {
  return text
    .replaceAll(/\s+/gu, ' ')
    .trim()
    .split(/(?<=[.!?]) (?=[A-Z'"“])/u);
}
