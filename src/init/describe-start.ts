import path from 'node:path';
import { readBind } from '../project/derive-port.ts';
import type { DockerfileInstruction } from '../project/dockerfile.ts';
import type { ChosenBuild } from './choose-build.ts';
import type { InitFacts } from './init-facts.ts';
import { servers } from './server-command.ts';

/** What an image does when it is started without a command of the manifest. */
export interface ImageStart {
  readonly kind: 'server' | 'runserver' | 'nothing' | 'unknown';
  /** It migrates before it serves. */
  readonly migrates: boolean;
  /** `Dockerfile:12` */
  readonly place: string;
  /** The commands, and the scripts that they start. */
  readonly text: string;
}

/** Reads CMD and ENTRYPOINT, and the scripts of the project that they start. */
export function describeStart(facts: InitFacts, { stage, dockerfile }: ChosenBuild): ImageStart {
  const { command, entrypoint } = stage;
  const text = [entrypoint, command]
    .map((instruction) => followScripts(facts, instruction?.words.join(' ') ?? ''))
    .join('\n');
  const line = (command ?? entrypoint)?.location.line;
  const place = line === undefined ? dockerfile : `${dockerfile}:${line}`;
  const migrates = /\bmigrate\b/u.test(text);
  if (servers.test(text)) return { kind: 'server', migrates, place, text };
  if (/\brunserver\b/u.test(text)) return { kind: 'runserver', migrates, place, text };
  return {
    kind: handsOn(command, entrypoint, text) ? 'nothing' : 'unknown',
    migrates,
    place,
    text,
  };
}

/** An image without a command of its own, whose entrypoint runs the one that it is given. */
function handsOn(
  command: DockerfileInstruction | undefined,
  entrypoint: DockerfileInstruction | undefined,
  text: string,
): boolean {
  if (command !== undefined)
    return /^(?:\S*\/)?(?:bash|sh|python3?)$/u.test(command.words.join(' '));
  return entrypoint === undefined || /\$@|\$\*|tini|dumb-init/u.test(text);
}

/** The command, and the text of the scripts of the project that it starts. */
export function followScripts({ scripts }: InitFacts, command: string): string {
  const names = command.split(/[\s"',;[\]]+/u).map((word) => path.posix.basename(word));
  const started = names.flatMap((name) => startedBy(name, scripts));
  return [command, ...started.map(({ text }) => withoutComments(text))].join('\n');
}

/** `/start-celeryworker` is copied from a file of another name; the plain ones keep theirs. */
function startedBy(name: string, scripts: InitFacts['scripts']): InitFacts['scripts'] {
  const named = scripts.filter((script) => path.posix.basename(script.path) === name);
  const production = named.filter((script) => /prod/u.test(script.path));
  return (production.length > 0 ? production : named).slice(0, 1);
}

/** The port that a command, or the script that it starts, binds. */
export function boundPort(facts: InitFacts, command: string): number | undefined {
  const text = followScripts(facts, command);
  const ini = /^\s*http(?:-socket)?\s*=\s*[\w.[\]-]*:(\d{2,5})\s*$/mu.exec(text)?.[1];
  return readBind(text) ?? (ini === undefined ? undefined : Number(ini));
}

function withoutComments(text: string): string {
  return text.replaceAll(/^\s*#.*$/gmu, '');
}
