import type { DockerfileInstruction } from '../../project/dockerfile.ts';
import type { DockerfileTarget } from '../../project/dockerfile-target.ts';
import type { Finding } from '../../report/finding.ts';

/** What the Dockerfile itself says about signals and secrets, without building anything. */
export function lintDockerfile(
  target: DockerfileTarget,
  /** The manifest names the command, so CMD is not what production starts. */
  hasOwnCommand: boolean,
): readonly Finding[] {
  const { entrypoint, command } = target;
  return [
    ...(entrypoint ? checkShellForm(entrypoint, target) : []),
    ...(command && !hasOwnCommand && !isShadowed(target) ? checkShellForm(command, target) : []),
    ...target.stages.flatMap(({ instructions }) => instructions.flatMap(checkRemoteAdd)),
    ...checkSecretArguments(target),
  ];
}

/** With an ENTRYPOINT in shell form Docker does not look at CMD. */
function isShadowed({ entrypoint }: DockerfileTarget): boolean {
  return entrypoint !== undefined && entrypoint.words.length > 0 && !entrypoint.isExecForm;
}

/**
 * Measured: dash keeps the signal, so the container is killed after its grace. bash replaces itself
 * by the last command of `bash -c`, and `exec` does so in every shell.
 */
function checkShellForm(
  instruction: DockerfileInstruction,
  { stages }: DockerfileTarget,
): readonly Finding[] {
  const { keyword, text, isExecForm, words, location } = instruction;
  if (isExecForm || words.length === 0) return [];
  const shell = stages.at(-1)?.instructions.findLast((item) => item.keyword === 'SHELL');
  if (/bash/u.test(shell?.text ?? '')) return [];
  const commands = text.split(/&&|;|\|\|/u).map((part) => part.trim());
  const last = commands.at(-1) ?? '';
  if (/^exec\s/u.test(last)) return [];
  const isOne = commands.length === 1 && !/[|<>$`*]/u.test(text.replaceAll(/\$\{?\w+\}?/gu, ''));
  const needsShell = /\$/u.test(text) || !isOne;
  return [
    {
      code: 'command-shell-form',
      level: 'warn',
      step: 'preflight',
      title: `${keyword} is in shell form: /bin/sh is PID 1, and keeps SIGTERM for itself.`,
      detail: `${keyword} ${shorten(text)}\nThe server never learns that it should end: it is killed after the grace, with the requests under way.`,
      hint: needsShell
        ? writeExec(keyword, commands)
        : `${keyword} [${words.map((word) => JSON.stringify(word)).join(', ')}]`,
      location,
    },
  ];
}

const servers = /^(?:gunicorn|uvicorn|daphne|hypercorn|granian|uwsgi|celery|python[\d.]*)\s/u;

/** The command once more with `exec` before its end, where that is what serves. */
function writeExec(keyword: string, commands: readonly string[]): string {
  const last = commands.at(-1) ?? '';
  return servers.test(`${last} `)
    ? `${keyword} ${[...commands.slice(0, -1), `exec ${last}`].join(' && ')}`
    : `Let the server be the last command, with exec before it: ${keyword} … && exec gunicorn …`;
}

/** Nobody sees when the file at that address becomes another one; a checksum would. */
function checkRemoteAdd({
  keyword,
  words,
  flags,
  location,
}: DockerfileInstruction): readonly Finding[] {
  if (keyword !== 'ADD' || flags.some(({ name }) => name === 'checksum')) return [];
  const url = words.find((word) => /^https?:\/\/(?!.*\.git(?:#|$))/u.test(word));
  if (url === undefined) return [];
  return [
    {
      code: 'dockerfile-adds-url',
      level: 'warn',
      step: 'preflight',
      title: 'ADD takes a file from the network, whatever it is today.',
      detail: `ADD ${shorten(words.join(' '))}`,
      hint: 'ADD --checksum=sha256:… keeps it the same; or copy the file into the project.',
      location,
    },
  ];
}

const secretName = /SECRET|PASSW|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIAL/u;
/** ENV is judged in the image itself, where a base may have set it too. */
function checkSecretArguments({ stages }: DockerfileTarget): readonly Finding[] {
  const instructions = stages.at(-1)?.instructions ?? [];
  return instructions
    .filter(({ keyword }) => keyword === 'ARG')
    .flatMap(({ words, location }) =>
      words.flatMap((word): readonly Finding[] => {
        const [name = '', ...rest] = word.split('=');
        // A default stands in the history of the image, where the image step sees it.
        if (!secretName.test(name) || rest.length > 0) return [];
        return [
          {
            code: 'build-secret-argument',
            level: 'warn',
            step: 'preflight',
            title: `The build argument ${name} stays in the history of the image.`,
            detail: 'Whoever can pull the image reads it with “docker history --no-trunc”.',
            hint: `RUN --mount=type=secret,id=${name.toLowerCase()},env=${name} …, and app.build.secrets in djdev.yaml.`,
            location,
          },
        ];
      }),
    );
}

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
