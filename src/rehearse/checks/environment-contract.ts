import type { Fallback } from '../../django/try-without.ts';
import type { Variable } from '../../project/project.ts';
import type { Finding } from '../../report/finding.ts';

/** Servers, languages and platforms read these: nothing in the project has to. */
const readElsewhere =
  /^(?:PYTHON|PATH$|LANG|LC_|TZ$|PORT$|HOME$|WEB_CONCURRENCY$|GUNICORN|UVICORN|GRANIAN|UWSGI|CELERY|DJANGO_SETTINGS_MODULE$|OTEL|SENTRY|NEW_RELIC|DD_|AWS_|AZURE_|GOOGLE_|GCLOUD|PG[A-Z]+$|PIP_|UV_|NODE|LD_|MALLOC|SSL_|REQUESTS_|CURL_|https?_proxy$|HTTPS?_PROXY$|no_proxy$|NO_PROXY$|FORWARDED_ALLOW_IPS$|LOGURU|DEBUGPY)/u;

/** Variables that a person wrote into the manifest for the application. */
export function writtenVariables(variables: readonly Variable[]): readonly Variable[] {
  return variables.filter(
    ({ name, origin, byMode }) =>
      !readElsewhere.test(name) && (byMode?.prod ?? { origin }).origin.kind === 'manifest',
  );
}

/** Variables without a value of their own: somebody has to give them one, or production must refuse. */
export function demandedVariables(variables: readonly Variable[]): readonly Variable[] {
  return variables.filter(
    ({ required, generate, origin, byMode }) =>
      required && !generate && byMode === undefined && ['env-file', 'shell'].includes(origin.kind),
  );
}

/** Names that are given and that nothing takes: often a letter is wrong. */
export function checkUnreadVariables(
  unread: readonly string[],
  variables: readonly Variable[],
): readonly Finding[] {
  return unread.flatMap((name): readonly Finding[] => {
    const variable = variables.find((item) => item.name === name);
    const location = variable?.origin.location;
    return [
      {
        code: 'variable-never-read',
        level: 'warn',
        step: 'settings',
        title: `${name} is given to the application, and nothing reads it.`,
        detail:
          'Neither the settings, nor the apps, nor the URLs asked for it, and no file of the project names it.',
        hint: 'Correct its name, or remove it from app.env in djdev.yaml.',
        ...(location === undefined ? {} : { location }),
      },
    ];
  });
}

/** What the settings became when one variable was taken away. */
export interface RemovalTrial {
  readonly variable: Variable;
  /** `undefined`: they refused, as they should. */
  readonly without: Fallback | undefined;
}

/** Defaults that hide that a variable is missing, named by the settings that then change. */
export function checkRemovals(
  /** The settings as they are, read twice: what differs between the two says nothing. */
  baselines: readonly Fallback[],
  trials: readonly RemovalTrial[],
): readonly Finding[] {
  return trials.flatMap(({ variable: { name, secret, origin }, without }): readonly Finding[] => {
    if (without === undefined) return [];
    const changed = changedSettings(baselines, without);
    const [first] = changed;
    if (first === undefined) return [];
    return [
      {
        code: 'variable-fallback',
        level: 'warn',
        step: 'settings',
        title: `Without ${name} the settings take another ${first}, and say nothing.`,
        detail: [
          'djdev.yaml demands the variable. It was taken away, and the settings were imported all the same.',
          `Changed: ${changed.join(', ')}`,
        ].join('\n'),
        hint: secret
          ? `${first} = os.environ["${name}"], without a default.`
          : `${first} = os.environ["${name}"], or say in djdev.yaml that it may be missing: ${name}: { required: false }.`,
        ...(origin.location === undefined ? {} : { location: origin.location }),
      },
    ];
  });
}

/** The settings that differ from both readings of them as they are. */
export function changedSettings(
  baselines: readonly Fallback[],
  without: Fallback,
): readonly string[] {
  return Object.entries(without.settings)
    .filter(([setting, digest]) =>
      baselines.every(
        ({ settings }) =>
          settings[setting] === baselines[0]?.settings[setting] && settings[setting] !== digest,
      ),
    )
    .map(([setting]) => setting);
}
