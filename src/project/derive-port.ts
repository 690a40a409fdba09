import path from 'node:path';
import { readFile } from 'node:fs/promises';
import { type Derived, derive, deriveFrom } from './derived.ts';
import type { DockerfileInstruction } from './dockerfile.ts';
import type { DockerfileTarget } from './dockerfile-target.ts';
import type { ProjectSources } from './project-sources.ts';

const server = /\b(gunicorn|uvicorn|daphne|hypercorn|granian|uwsgi|waitress-serve|runserver)\b/;
const bindFlag =
  /(?:--bind|-b|--port|-p|--http-socket|--http|--listen)[=\s]+["']?(?:[\w.[\]-]*:)?(\d{2,5})\b/;

/**
 * The port the web process listens on: what its command binds, else gunicorn's configuration,
 * else EXPOSE, else 8000. `command` is the manifest's, when it has one.
 */
export async function derivePort(options: {
  readonly command: readonly string[] | undefined;
  readonly target: DockerfileTarget | undefined;
  readonly sources: ProjectSources;
  readonly root: string;
}): Promise<Derived<number>> {
  const { command, target, sources, root } = options;
  if (command) {
    const port = readBind(command.join(' '));
    if (port !== undefined) return derive(port, 'the command of the process');
  }
  return (
    (command ? undefined : await readImageCommand(target, root)) ??
    readGunicornConfig(sources, root) ??
    readExposed(target) ??
    derive(8000, 'the usual port; nothing names another')
  );
}

/** Only a server's own flags: scripts wait for databases with the same ones. */
export function readBind(text: string): number | undefined {
  const commands = text.replace(/\\\r?\n/g, ' ').split(/\n|&&|\|\||;/);
  for (const command of commands) {
    const port = server.test(command) ? bindFlag.exec(command)?.[1] : undefined;
    if (port !== undefined) return Number(port);
  }
  return undefined;
}

/** CMD and ENTRYPOINT, or the script of the project that they start. */
async function readImageCommand(
  target: DockerfileTarget | undefined,
  root: string,
): Promise<Derived<number> | undefined> {
  for (const instruction of [target?.command, target?.entrypoint]) {
    if (!instruction || !target) continue;
    const port = readBind(instruction.words.join(' '));
    if (port !== undefined) return fromDockerfile(port, instruction);
    const script = await readCopiedScript(instruction.words[0] ?? '', target, root);
    const scriptPort = script && readBind(script.text);
    if (script && scriptPort !== undefined) return derive(scriptPort, script.path);
  }
  return undefined;
}

/** The file of the project that COPY puts where a command starts it. */
async function readCopiedScript(
  program: string,
  target: DockerfileTarget,
  root: string,
): Promise<{ readonly path: string; readonly text: string } | undefined> {
  const name = path.posix.basename(program);
  const sources = target.contextReads.flatMap((read) => read.sources);
  const source = sources.find((item) => path.posix.basename(item) === name);
  const candidates = [source, program.replace(/^\.?\//, '')].filter((item) => item !== undefined);
  for (const candidate of candidates) {
    if (candidate === '' || candidate.startsWith('..')) continue;
    const text = await readFile(path.join(root, candidate), 'utf8').catch(() => undefined);
    if (text !== undefined) return { path: candidate, text };
  }
  return undefined;
}

function readGunicornConfig(
  { gunicornConfig }: ProjectSources,
  root: string,
): Derived<number> | undefined {
  if (gunicornConfig === undefined) return undefined;
  const match = /^bind\s*=.*?(\d{2,5})\D*$/m.exec(gunicornConfig.text);
  return match?.[1] === undefined
    ? undefined
    : deriveFrom(Number(match[1]), gunicornConfig, match.index, root);
}

function readExposed(target: DockerfileTarget | undefined): Derived<number> | undefined {
  const [first] = target?.exposedPorts ?? [];
  return first === undefined
    ? undefined
    : {
        value: first.port,
        origin: {
          kind: 'dockerfile',
          text: `EXPOSE at ${path.basename(first.location.file)}:${first.location.line}`,
          location: first.location,
        },
      };
}

function fromDockerfile(
  port: number,
  { keyword, location }: DockerfileInstruction,
): Derived<number> {
  return {
    value: port,
    origin: {
      kind: 'dockerfile',
      text: `${keyword} at ${path.basename(location.file)}:${location.line}`,
      location,
    },
  };
}
