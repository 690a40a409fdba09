/** A failed command of a RUN instruction. */
export interface FailedCommand {
  readonly instruction: string;
  /** Its last output lines, joined. */
  readonly output: string;
  readonly exitCode: number | undefined;
}

interface HintRule {
  readonly pattern: RegExp;
  readonly hint: (match: RegExpExecArray, command: FailedCommand) => string | undefined;
}

const quoted = (text: string | undefined): string => (text === undefined ? 'it' : `“${text}”`);

/** What the output of failing builds of Django projects means. The first rule that fits is taken. */
const rules: readonly HintRule[] = [
  {
    pattern:
      /CERTIFICATE_VERIFY_FAILED|self[- _]signed certificate|SELF_SIGNED_CERT_IN_CHAIN|unable to get (local )?issuer certificate|UNABLE_TO_VERIFY_LEAF_SIGNATURE|problem confirming the ssl certificate|server certificate verification failed/i,
    hint: () =>
      'The command does not trust the certificate it was shown, as happens behind a proxy with a certificate authority of its own. ' +
      'If this machine trusts it, write “build: { inherit: [certificates] }” under app in djdev.yaml: commands of the build then do too, and nothing of it stays in the image.',
  },
  {
    pattern:
      /Temporary failure in name resolution|Could not resolve host|Name or service not known|Network is unreachable|\bEAI_AGAIN\b|\bENOTFOUND\b|Failed to establish a new connection/i,
    hint: () =>
      'The build reaches no network. Check the connection of the Docker engine. Behind a proxy, write “build: { inherit: [proxy] }” under app in djdev.yaml: the build then gets this machine’s HTTP_PROXY and HTTPS_PROXY.',
  },
  {
    pattern: /requires-python|Requires-Python|requires a different Python/,
    hint: () =>
      'A package does not support the Python of the base image. Change its version in the requirements, or the image in FROM.',
  },
  {
    pattern: /requirement ([^\s(]+)[^\n]* \(from versions: none\)/,
    hint: ([, requirement]) =>
      `The package index offers no version at all of ${quoted(requirement)}: either the name is wrong, or it is on another index. “build: { inherit: [index] }” under app in djdev.yaml gives the build the index of this machine’s pip.`,
  },
  {
    pattern: /No matching distribution found for ([^\s(]+)/i,
    hint: ([, requirement]) =>
      `The package index has no version that fits ${quoted(requirement)}. Check its name and version in the requirements, and that a release exists for the Python of the base image.`,
  },
  {
    pattern: /SECRET_KEY/,
    hint: (_match, { instruction, output }) => {
      // A traceback shows the setting as well: the message behind it names the variable.
      const name =
        /(?:variable:? |KeyError: |Set the )['"`]?((?:[A-Z]+_)*SECRET_KEY)\b/.exec(output)?.[1] ??
        /['"`\s]((?:[A-Z]+_)*SECRET_KEY)\b/.exec(output)?.[1] ??
        'SECRET_KEY';
      return /manage\.py|collectstatic|django-admin/.test(instruction) || /django/i.test(output)
        ? `The settings want ${name}, which is not there while the image is built. Give this one command a value that is thrown away: “RUN ${name}=build-only python manage.py collectstatic --noinput”. Never put the real one into the image.`
        : undefined;
    },
  },
  {
    pattern:
      /(?:KeyError: |Set the |environment variable:? |UndefinedValueError: )['"]?([A-Z][A-Z0-9_]{2,})\b/,
    hint: ([, name]) =>
      `The command wants the environment variable ${name}, which is not there while the image is built. Give this one command a value that is thrown away: “RUN ${name}=… python manage.py …”.`,
  },
  {
    pattern: /The file '([^']+)' could not be found with </,
    hint: ([, file], { output }) => {
      const [, kind, source] = /The (\w+) file '([^']+)' references a file/.exec(output) ?? [];
      const from = source === undefined ? 'A static file' : `The ${kind} file ${quoted(source)}`;
      return `${from} refers to ${quoted(file)}, which does not exist. Correct the reference, add the file, or delete the reference: the hashed storage of production follows every one of them.`;
    },
  },
  {
    pattern: /pg_config executable not found|libpq-fe\.h/,
    hint: () =>
      'The PostgreSQL client library is missing. Use psycopg[binary] in the requirements, or install libpq-dev and a compiler before this step.',
  },
  {
    pattern:
      /command '[^']*(?:gcc|cc|g\+\+)' failed|gcc: (?:command )?not found|unable to execute '[^']*gcc'/,
    hint: () =>
      'A package has to be compiled and the image has no compiler. Install build-essential (and the headers it needs) before this step, or take a version with a ready-made wheel.',
  },
  {
    pattern: /Unable to locate package (\S+)/,
    hint: ([, name]) =>
      `Debian’s package lists in the image do not know ${quoted(name)}. Run “apt-get update” in the same RUN as “apt-get install”, and check the name.`,
  },
  {
    pattern: /ModuleNotFoundError: No module named '([^']+)'/,
    hint: ([, name]) =>
      `Python cannot find the module ${quoted(name)}. Add it to the requirements, or copy it into the image before this step.`,
  },
  {
    pattern:
      /can't open file '?([^':]+)'?: \[Errno 2\]|requirements file: \[Errno 2\][^']*'([^']+)'/,
    hint: ([, script, requirements]) =>
      `There is no ${script ?? requirements} in the image at this point. Move the COPY that brings it above this line.`,
  },
  {
    pattern:
      /(?:^|\s|: )([\w./-]+): (?:command )?not found|exec: "([^"]+)": executable file not found/m,
    hint: ([, shell, exec], { exitCode }) =>
      exitCode === 127 || exec !== undefined
        ? `There is no program ${quoted(shell ?? exec)} in the image at this point. Install it in an earlier step, or correct the name.`
        : undefined,
  },
  {
    pattern: /Permission denied/i,
    hint: () =>
      'The user of this step may not do that. Do it before the USER line, or give the files to that user with COPY --chown.',
  },
];

/** What to do about a failed command; a general hint when its output is not understood. */
export function hintForCommand(command: FailedCommand): string {
  if (command.exitCode === 137) {
    return 'The command was killed, most likely because the engine ran out of memory. Give the engine more, or let the command use less.';
  }
  for (const { pattern, hint } of rules) {
    const match = pattern.exec(command.output);
    const text = match && hint(match, command);
    if (text) return text;
  }
  return 'The lines above are the command’s own words. Correct the command, or what it reads.';
}
