import type { Finding } from '../../report/finding.ts';

interface RemovedSetting {
  readonly name: string;
  /** The first version that does not read it any more, as its release notes say. */
  readonly since: string;
  readonly instead: string;
}

/** Settings that silently do nothing since a version, and that something is then missing without. */
const removed: readonly RemovedSetting[] = [
  {
    name: 'STATICFILES_STORAGE',
    since: '5.1',
    instead: 'STORAGES = {"default": …, "staticfiles": {"BACKEND": "…"}}',
  },
  {
    name: 'DEFAULT_FILE_STORAGE',
    since: '5.1',
    instead: 'STORAGES = {"default": {"BACKEND": "…"}, "staticfiles": …}',
  },
  {
    name: 'PASSWORD_RESET_TIMEOUT_DAYS',
    since: '4.0',
    instead: 'PASSWORD_RESET_TIMEOUT, in seconds',
  },
  { name: 'DEFAULT_HASHING_ALGORITHM', since: '4.0', instead: 'nothing: remove it' },
  { name: 'FILE_CHARSET', since: '3.1', instead: 'files in UTF-8' },
  { name: 'DEFAULT_CONTENT_TYPE', since: '3.0', instead: 'content_type= of the response' },
  { name: 'MIDDLEWARE_CLASSES', since: '2.0', instead: 'MIDDLEWARE' },
  { name: 'TEMPLATE_DIRS', since: '1.10', instead: 'TEMPLATES[0]["DIRS"]' },
  { name: 'TEMPLATE_LOADERS', since: '1.10', instead: 'TEMPLATES[0]["OPTIONS"]["loaders"]' },
  {
    name: 'TEMPLATE_CONTEXT_PROCESSORS',
    since: '1.10',
    instead: 'TEMPLATES[0]["OPTIONS"]["context_processors"]',
  },
];

/** Settings of the project that the installed Django no longer reads. */
export function checkRemovedSettings(
  django: string,
  explicit: readonly string[],
): readonly Finding[] {
  return removed
    .filter(({ name, since }) => explicit.includes(name) && !isOlder(django, since))
    .map(({ name, since, instead }) => ({
      code: 'setting-not-read',
      level: 'warn',
      step: 'settings',
      title: `Django ${django} does not read ${name}.`,
      detail: `The setting was removed in Django ${since}: what it asks for is not done.`,
      hint: `Use ${instead}.`,
    }));
}

function isOlder(version: string, than: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  const [thanMajor = 0, thanMinor = 0] = than.split('.').map(Number);
  return major < thanMajor || (major === thanMajor && minor < thanMinor);
}
