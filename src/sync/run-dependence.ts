import { posix } from 'node:path';
import type { RunStep } from './read-stage-steps.ts';

/** Programs that change rights, users and directories, and read no file's content. */
const harmlessPrograms = new Set(
  'chown chmod chgrp mkdir ln useradd groupadd adduser addgroup usermod touch rm rmdir true : echo set export cd find install locale-gen'.split(
    ' ',
  ),
);

/** Files that installers read without being told their names. */
const dependencyFile =
  /(^|\/)(requirements[^/]*(\/[^/]+)?\.(txt|in)|constraints[^/]*\.txt|pyproject\.toml|setup\.(py|cfg)|Pipfile(\.lock)?|(poetry|uv|pdm|pylock)[^/]*\.(lock|toml)|\.python-version|package(-lock)?\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-(lock|workspace)\.yaml|bun\.lockb?|\.npmrc|\.yarnrc(\.yml)?)$/;

const installer = /\b(pip3?|uv|poetry|pdm|pipenv|hatch|conda|npm|yarn|pnpm|bun|corepack)\b/;

/**
 * Whether what a RUN leaves in the image hangs on a file that was there before it. `isNarrow`: the
 * COPY names this very file, which one does to put it before that RUN and not with the rest.
 */
export function dependsOn(run: RunStep, path: string, isNarrow: boolean): boolean {
  const commands = splitCommands(run.text).filter((command) => !isHarmless(command));
  if (commands.length === 0) return false;
  if (isNarrow)
    return commands.some((command) => !isPackageInstall(command) || mentions(command, path));
  return commands.some(
    (command) => mentions(command, path) || (dependencyFile.test(path) && installer.test(command)),
  );
}

/** Whether a RUN does more than set rights and collect static files. */
export function makesSomething(run: RunStep): boolean {
  return splitCommands(run.text).some(
    (command) => !isHarmless(command) && !isPackageInstall(command),
  );
}

function splitCommands(text: string): readonly string[] {
  return text
    .replace(/\\\r?\n/g, ' ')
    .split(/&&|\|\||[;\n|]/)
    .map((command) =>
      command.replace(/^[\s({]*((\w+=("[^"]*"|'[^']*'|\S*)|sudo|exec|then|do)\s+)*/, '').trim(),
    )
    .filter((command) => command !== '' && !/^(fi|done|if |for |\)|\}|EOF|<<)/.test(command));
}

function isHarmless(command: string): boolean {
  const program = posix.basename(/^\S+/.exec(command)?.[0] ?? '');
  if (harmlessPrograms.has(program)) return true;
  // Whatever manage.py makes of the code, such as collected static files, the reload makes again.
  return /\b(manage\.py|django-admin)\b/.test(command) || /-m\s+compileall\b/.test(command);
}

function isPackageInstall(command: string): boolean {
  return /^(apt-get|apt|apk|dnf|microdnf|yum)\b/.test(command);
}

function mentions(command: string, path: string): boolean {
  const name = posix.basename(path).replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
  return new RegExp(`(^|[\\s/"'=])${name}($|[\\s"',:\\]])`).test(command);
}
