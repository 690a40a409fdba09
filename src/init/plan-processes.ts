import path from 'node:path';
import type { ChosenBuild } from './choose-build.ts';
import { installs } from './find-dependencies.ts';
import type { ImportedCompose } from './import-compose.ts';
import type { InitFacts } from './init-facts.ts';
import { yamlCommand } from './plan-web.ts';
import { placeManage } from './place-manage.ts';
import type { ProcfileEntry } from './read-procfile.ts';

/** A process beside the one that serves. `command` is YAML. */
export interface PlannedProcess {
  readonly name: string;
  readonly command: string;
}

interface ProcessSources {
  readonly build: ChosenBuild | undefined;
  readonly imported: ImportedCompose;
  readonly procfile: readonly ProcfileEntry[];
  /** There is something that carries messages. */
  readonly hasBroker: boolean;
}

/** Commands that end: they prepare, and are no processes. */
const once =
  /\bmanage\.py\s+(?:migrate|collectstatic|createsuperuser|loaddata|flush|test|shell|makemigrations|compilemessages|check)\b|\bpytest\b/u;

/** Workers and schedulers: of the Compose file or the Procfile, else those that Celery calls for. */
export function planProcesses(
  facts: InitFacts,
  sources: ProcessSources,
): readonly PlannedProcess[] {
  const composed = sources.imported.processes.flatMap(({ name, command }) =>
    command === undefined ? [] : [{ name, command }],
  );
  const written = composed.length > 1 ? composed : sources.procfile;
  const found = written
    .filter(
      ({ name, command }) =>
        name !== 'web' && name !== 'release' && !once.test(command) && !/runserver/u.test(command),
    )
    .filter(({ command }) => !/\b(?:npm|yarn|pnpm|node|tailwind)\b/u.test(command))
    .map(({ name, command }) => ({
      name,
      command: yamlCommand(plainly(command, facts, sources.build)),
    }));
  return found.length > 0 || !sources.hasBroker ? found : planCelery(facts);
}

/** Without what waits for a service by a name of its own, or restarts on a change. */
function plainly(command: string, facts: InitFacts, build: ChosenBuild | undefined): string {
  const waited =
    /^(?:\S*wait[\w-]*(?:\.sh)?|dockerize|\S*wait-for\S*)\s.*?\s--\s+(.+)$/su.exec(command)?.[1] ??
    command;
  const watched = /^watchmedo\s+auto-restart\s.*?\s--\s+(.+)$/su.exec(waited)?.[1] ?? waited;
  const watchfiles = /^watchfiles\s(?:.*\s)?(["'])(.+?)\1/su.exec(watched)?.[2] ?? watched;
  return mendManage(watchfiles, facts, build);
}

/** `./manage.py` wants a bit that not every checkout keeps. */
function mendManage(command: string, facts: InitFacts, build: ChosenBuild | undefined): string {
  const place = build === undefined ? 'python manage.py' : placeManage(facts, build);
  return command.replaceAll(/(?<![\w/.])(?:python3? )?\.\/manage\.py\b/gu, place);
}

function planCelery({ celeryApps, sources, dependencies }: InitFacts): readonly PlannedProcess[] {
  const [app] = celeryApps;
  const code = sources.codeDirectory ?? '.';
  if (app === undefined || !installs(dependencies, 'celery')) return [];
  const module = path.posix.relative(code, app.path).replace(/\.py$/u, '').replaceAll('/', '.');
  const name = module.endsWith('.celery') ? module.slice(0, -'.celery'.length) : module;
  if (name.startsWith('..')) return [];
  const hasSchedule =
    installs(dependencies, 'django-celery-beat') ||
    sources.settings.some(({ text }) => /CELERY_?BEAT_SCHEDULE/u.test(text)) ||
    /beat_schedule/u.test(app.text);
  return [
    { name: 'worker', command: `celery -A ${name} worker --loglevel INFO` },
    ...(hasSchedule
      ? [
          {
            name: 'beat',
            command: `celery -A ${name} beat --loglevel INFO --schedule /tmp/celerybeat-schedule`,
          },
        ]
      : []),
  ];
}

/** The release commands of a Procfile, one after the other; else migrate, where it is placed elsewhere. */
export function planRelease(
  facts: InitFacts,
  procfile: readonly ProcfileEntry[],
  build: ChosenBuild | undefined,
): readonly string[] {
  const declared = procfile.find(({ name }) => name === 'release')?.command;
  if (declared !== undefined) {
    const parts = /[|;<>]|\$/u.test(declared) ? [declared] : declared.split('&&');
    return parts.map((part) => yamlCommand(mendManage(part.trim(), facts, build)));
  }
  const place = build === undefined ? 'python manage.py' : placeManage(facts, build);
  return place === 'python manage.py' ? [] : [`${place} migrate --noinput`];
}
