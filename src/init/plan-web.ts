import path from 'node:path';
import { splitCommand } from '../project/split-command.ts';
import type { ChosenBuild } from './choose-build.ts';
import type { Compose } from './choose-compose.ts';
import { boundPort, describeStart, followScripts } from './describe-start.ts';
import type { ImportedCompose } from './import-compose.ts';
import type { InitFacts } from './init-facts.ts';
import { placeManage } from './place-manage.ts';
import type { ProcfileEntry } from './read-procfile.ts';
import { readServer, type ServerCommand, servers, usualServer } from './server-command.ts';
import { shellWords } from './shell-words.ts';

/** What serves in production, and what the manifest has to say about it. */
export interface PlannedWeb {
  /** The server, for people. */
  readonly shown: string;
  readonly why: string;
  /** For a Dockerfile that is written. */
  readonly server: ServerCommand;
  /** Value of the variable that names the port where the platform gives it. */
  readonly portVariable?: string;
  /** YAML of `processes.web.command`; absent: the image's own. */
  readonly command: string | undefined;
  readonly port: number | undefined;
  readonly open: readonly string[];
}

interface WebSources {
  readonly build: ChosenBuild | undefined;
  readonly compose: Compose | undefined;
  readonly imported: ImportedCompose;
  readonly procfile: readonly ProcfileEntry[];
  /** The settings file with a database that lies in the container. */
  readonly sqlite: string | undefined;
}

/** The image's own command where it serves, else what the project's files say, else the usual one. */
export function planWeb(facts: InitFacts, sources: WebSources): PlannedWeb {
  const { build, sqlite } = sources;
  const server = findServer(facts, sources);
  if (build === undefined) {
    return { ...nothingDeclared, shown: server.words.join(' '), why: server.why, server };
  }
  const start = describeStart(facts, build);
  const entry = findWritten(facts, sources);
  if (start.kind === 'nothing' && entry !== undefined) {
    return { ...nothingDeclared, ...entry, server };
  }
  if (start.kind === 'unknown') {
    const shown = (build.stage.command ?? build.stage.entrypoint)?.words.join(' ') ?? '';
    return { ...nothingDeclared, shown, why: start.place, server };
  }
  if (start.kind === 'server') {
    const words = build.stage.command?.words ?? build.stage.entrypoint?.words ?? [];
    const shown = words.join(' ');
    const why = start.place;
    const given = findPort(facts, build, start.text);
    if (sqlite === undefined || start.migrates || build.stage.command === undefined) {
      return { ...nothingDeclared, ...given, shown, why, server };
    }
    const run = build.stage.command.isExecForm ? shellWords(words) : shown;
    return {
      ...nothingDeclared,
      ...given,
      shown,
      why,
      server,
      command: migrating(placeManage(facts, build), run),
    };
  }
  return propose(facts, build, { ...start, server, sqlite });
}

const nothingDeclared = { command: undefined, port: undefined, open: [] } as const;

/** Platforms such as Heroku and Cloud Run say in PORT where a process has to listen. */
function findPort(
  facts: InitFacts,
  { stage }: ChosenBuild,
  text: string,
): Pick<PlannedWeb, 'port' | 'portVariable'> | undefined {
  const config = /gunicorn/u.test(text) ? (facts.sources.gunicornConfig?.text ?? '') : '';
  const bound = /uwsgi/u.test(text) ? boundPort(facts, text) : undefined;
  if (bound !== undefined) return { port: bound };
  const isAsked =
    /\$\{?PORT\b/u.test(text) || /environ[^\n]*["']PORT["']|getenv\(["']PORT["']/u.test(config);
  if (!isAsked) return undefined;
  const set = stage.environment['PORT'];
  if (set !== undefined) return /^\d+$/u.test(set) ? { port: Number(set) } : undefined;
  return { port: 8000, portVariable: '8000' };
}

/** A Dockerfile that starts no server for production gets one in the manifest, if it is installed. */
function propose(
  facts: InitFacts,
  build: ChosenBuild,
  found: { kind: string; place: string; server: ServerCommand; sqlite: string | undefined },
): PlannedWeb {
  const { kind, place, server, sqlite } = found;
  const manage = placeManage(facts, build);
  const words = inDirectory(server.words, path.posix.dirname(manage.split(' ').at(-1) ?? ''));
  const run = shellWords(words);
  const shown = words.join(' ');
  const isDevelopment = kind === 'runserver';
  if (server.isMissing) {
    const why = isDevelopment
      ? `${place} starts runserver, which is not for production`
      : `${place} starts no server`;
    const name = words[0] ?? 'gunicorn';
    const open = [
      `${why}, and none is installed: add ${name} to ${facts.dependencies.file || 'the requirements'}, and CMD ${execForm(words)} to the Dockerfile.`,
    ];
    const fallback = `${manage} runserver 0.0.0.0:8000 --noreload`;
    return {
      shown: isDevelopment ? 'runserver' : fallback,
      why: place,
      server,
      command:
        sqlite === undefined ? (isDevelopment ? undefined : fallback) : migrating(manage, fallback),
      port: isDevelopment && sqlite === undefined ? undefined : 8000,
      open,
    };
  }
  const open = isDevelopment
    ? [
        `${place} starts runserver, which is not for production: the manifest starts ${words[0] ?? ''} instead. Better: CMD ${execForm(words)}.`,
      ]
    : [];
  const command = sqlite === undefined ? run : migrating(manage, run);
  return { shown, why: server.why, server, command, port: boundPort(facts, run), open };
}

/** A database in the container has no tables before the container migrates it. */
function migrating(manage: string, run: string): string {
  return JSON.stringify([
    'sh',
    '-c',
    `${manage} migrate --noinput && exec ${run.replace(/^exec /u, '')}`,
  ]).replaceAll('","', '", "');
}

function execForm(words: readonly string[]): string {
  return JSON.stringify(words).replaceAll('","', '", "');
}

/** A server finds its module from its working directory. */
function inDirectory(words: readonly string[], directory: string): readonly string[] {
  if (directory === '.' || directory === '' || words.join(' ').includes('chdir')) return words;
  if (words[0] === 'gunicorn') return [...words, '--chdir', directory];
  return words[0] === 'uvicorn' ? [...words, '--app-dir', directory] : words;
}

/** The command of a Compose file or a Procfile for an image that has none of its own. */
function findWritten(
  facts: InitFacts,
  { imported, compose, procfile }: WebSources,
): Pick<PlannedWeb, 'shown' | 'why' | 'command' | 'port'> | undefined {
  const composed = imported.processes.find(({ name }) => name === 'web')?.command;
  const declared = procfile.find(({ name }) => name === 'web')?.command;
  const sources = [
    { command: composed, why: compose?.path ?? '' },
    { command: declared, why: 'Procfile' },
  ];
  for (const { command, why } of sources) {
    if (command === undefined) continue;
    const text = followScripts(facts, command);
    if (!servers.test(text) || /runserver/u.test(text)) continue;
    const isScript = !servers.test(command);
    const words = isScript ? undefined : readServer(command);
    const shown = words === undefined ? command : words.join(' ');
    const port = boundPort(facts, shown);
    return {
      shown,
      why,
      command: yamlCommand(words === undefined ? command : shellWords(words)),
      port,
    };
  }
  return undefined;
}

/** What a shell would have to read is given to one. */
export function yamlCommand(command: string): string {
  const split = splitCommand(command);
  if ('words' in split) return command;
  return JSON.stringify(['sh', '-c', command]).replaceAll('","', '", "');
}

function findServer(facts: InitFacts, { imported, compose, procfile }: WebSources): ServerCommand {
  const composed = imported.processes.find(({ name }) => name === 'web')?.command ?? '';
  const declared = procfile.find(({ name }) => name === 'web')?.command ?? '';
  for (const [command, why] of [
    [declared, 'Procfile'],
    [composed, compose?.path ?? ''],
  ] as const) {
    const words = /runserver/u.test(command) ? undefined : readServer(command);
    if (words !== undefined) return { words, why, isMissing: false };
  }
  return usualServer(facts);
}
