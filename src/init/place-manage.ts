import path from 'node:path';
import type { DockerfileInstruction } from '../project/dockerfile.ts';
import type { ChosenBuild } from './choose-build.ts';
import type { InitFacts } from './init-facts.ts';

/**
 * How a management command begins in the image: `python manage.py`, with the path from the
 * image's working directory and in the tool that the image's own command runs in.
 */
export function placeManage(facts: InitFacts, build: ChosenBuild): string {
  const { stage } = build;
  const runner = /^(uv run|poetry run|pipenv run)\b/u.exec(
    stage.command?.words.join(' ') ?? '',
  )?.[1];
  const python = runner === undefined ? 'python' : `${runner} python`;
  const file = facts.sources.managePy?.path ?? 'manage.py';
  const below = path.posix.relative(build.context, file);
  const { placed, directory } = follow(build, below);
  if (placed === undefined) return `${python} ${below}`;
  const relative = path.posix.relative(directory, placed);
  return `${python} ${relative.startsWith('..') ? placed : relative}`;
}

/** Where COPY puts a file of the context, and where the image's processes begin. */
function follow(
  { stage, parsed }: ChosenBuild,
  file: string,
): { readonly placed: string | undefined; readonly directory: string } {
  const names = chainOf(stage.stages);
  const environment = { ...readArguments(parsed), ...stage.environment };
  let directory = '/';
  let placed: string | undefined;
  for (const instruction of names.flatMap(({ instructions }) => instructions)) {
    if (instruction.keyword === 'WORKDIR') {
      directory = path.posix.resolve(directory, expand(instruction.words.join(' '), environment));
    } else if (instruction.keyword === 'COPY' || instruction.keyword === 'ADD') {
      placed = copyTo(instruction, file, directory, environment) ?? placed;
    }
  }
  return { placed, directory };
}

/** The stages that the target is built on by FROM, the deepest first. */
function chainOf(stages: ChosenBuild['stage']['stages']): ChosenBuild['stage']['stages'] {
  const own = stages.at(-1);
  if (own === undefined) return [];
  const base = stages.find(({ name, index }) => name === own.base && index < own.index);
  return base === undefined ? [own] : [...chainOf(stages.slice(0, stages.indexOf(base) + 1)), own];
}

function copyTo(
  { flags, words }: DockerfileInstruction,
  file: string,
  directory: string,
  environment: Readonly<Record<string, string>>,
): string | undefined {
  if (flags.some(({ name }) => name === 'from')) return undefined;
  const target = path.posix.resolve(directory, expand(words.at(-1) ?? '.', environment));
  for (const word of words.slice(0, -1)) {
    const source = path.posix.normalize(word).replace(/^\/+|\/$/gu, '') || '.';
    if (source === '.') return path.posix.join(target, file);
    if (source === file) {
      const isDirectory = /\/$|^\.$/u.test(words.at(-1) ?? '') || words.length > 2;
      return isDirectory ? path.posix.join(target, path.posix.basename(file)) : target;
    }
    if (file.startsWith(`${source}/`))
      return path.posix.join(target, file.slice(source.length + 1));
  }
  return undefined;
}

/** Defaults of ARG: `ARG APP_HOME=/app`. */
function readArguments({ text }: ChosenBuild['parsed']): Readonly<Record<string, string>> {
  const found = text.matchAll(/^\s*ARG\s+(\w+)=["']?([^\s"']+)/gmu);
  return Object.fromEntries([...found].map(([, name = '', value = '']) => [name, value]));
}

function expand(text: string, environment: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{?(\w+)\}?/gu, (whole, name: string) => environment[name] ?? whole);
}
