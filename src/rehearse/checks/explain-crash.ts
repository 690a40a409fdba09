import type { ContainerExit } from '../../engine/engine.ts';
import { readLogText } from './condense-log.ts';

/** A pattern in the last lines of a process that ended, and what to do when it is there. */
interface Explanation {
  readonly pattern: RegExp;
  readonly hint: (match: RegExpExecArray) => string;
}

/** Most specific first: the first that matches is what a person should do. */
const explanations: readonly Explanation[] = [
  {
    pattern: /Set the (\w+) environment variable|(\w+) not found\. Declare it as envvar/,
    hint: (match) => declareVariable(match[1] ?? match[2] ?? ''),
  },
  {
    pattern: /KeyError: ['"]([A-Z][A-Z0-9_]+)['"]/,
    hint: ([, name = '']) => declareVariable(name),
  },
  {
    pattern: /The SECRET_KEY setting must not be empty/,
    hint: () =>
      'The variable that SECRET_KEY is read from is empty. Declare it in djdev.yaml with ' +
      '“generate: true”.',
  },
  {
    pattern: /ImproperlyConfigured: (.+)/,
    hint: ([, text = '']) => `Correct the production settings: ${text}`,
  },
  {
    pattern: /ModuleNotFoundError: No module named ['"]([\w.]+)['"]/,
    hint: ([, name = '']) =>
      `${name} is not in the image. Add the package that brings it to the requirements that the ` +
      'Dockerfile installs; if it is your own, look at WORKDIR, COPY and .dockerignore.',
  },
  {
    pattern: /(?:could not translate host name|failed to resolve host) ["']([^"']+)["']/,
    hint: ([, host = '']) =>
      `The database host “${host}” does not exist on the rehearsal's network. Point the settings ` +
      'to ${services.postgres.host} or ${services.postgres.url} in djdev.yaml.',
  },
  {
    pattern: /password authentication failed for user "([^"]+)"/,
    hint: ([, user = '']) =>
      `The settings log in as “${user}” with another password than djdev's Postgres has. Take ` +
      'user and password from ${services.postgres.…} in djdev.yaml.',
  },
  {
    pattern: /connection to server at .* failed: Connection refused|Connection refused.*5432/,
    hint: () =>
      'Nothing listens at the database address. Point the settings to ${services.postgres.url}.',
  },
  {
    pattern: /relation "([^"]+)" does not exist/,
    hint: ([, table = '']) =>
      `The table ${table} is missing. Add “python manage.py migrate --noinput” to ` +
      'rehearse.release in djdev.yaml.',
  },
  {
    pattern: /Missing staticfiles manifest entry for ['"]([^'"]+)['"]/,
    hint: ([, file = '']) =>
      `${file} was not collected. Run collectstatic in the Dockerfile or in rehearse.release.`,
  },
  {
    pattern: /Address already in use|Errno 98/,
    hint: () => 'Two processes in the container want the same port. Let one server bind it.',
  },
  {
    pattern: /(?:PermissionError|Permission denied).*?['"]?(\/[\w./-]+)/,
    hint: ([, file = '']) =>
      `The user of the image may not use ${file}. Give it to that user in the Dockerfile, ` +
      'for example with COPY --chown.',
  },
  {
    pattern: /ImportError: cannot import name ['"](\w+)['"] from ['"]([\w.]+)['"]/,
    hint: ([, name = '', module = '']) =>
      `${module} has no ${name}. Often the installed version is another one: compare the ` +
      'requirements with the imports.',
  },
  {
    pattern: /(?:SyntaxError|IndentationError|NameError): (.+)/,
    hint: ([, text = '']) => `The code cannot be loaded: ${text}. The traceback names the line.`,
  },
  {
    pattern: /(?:exec format error)/i,
    hint: () => 'The program was built for another architecture, or a script lacks its “#!” line.',
  },
  {
    pattern: /(?:executable file not found|exec: "([^"]+)")/,
    hint: ([, program]) =>
      `${program ?? 'The program'} is not in the image or not on its PATH. Install it, or correct ` +
      'the command.',
  },
  {
    pattern: /no such file or directory/i,
    hint: () =>
      'A file of the command does not exist in the image. For a script that does exist: its “#!” ' +
      'line names a missing interpreter, or it has Windows line ends.',
  },
  {
    pattern: /unrecognized arguments: (.+)/,
    hint: ([, text = '']) => `The server does not know these arguments: ${text}.`,
  },
];

/** What to do about a process that ended, from its exit and its last lines. */
export function explainCrash(exit: ContainerExit, lines: readonly string[]): string {
  if (exit.outOfMemory) {
    return 'The process was killed because its memory limit was reached. Start fewer workers.';
  }
  const text = [...lines.map(readLogText), exit.error ?? ''].join('\n');
  for (const { pattern, hint } of explanations) {
    const match = pattern.exec(text);
    if (match) return hint(match);
  }
  if (exit.exitCode === 0) {
    return (
      'The command came to its end instead of serving. A production command must stay in the ' +
      'foreground: no “--daemon”, no “&”.'
    );
  }
  if (exit.exitCode === 137) {
    return (
      'SIGKILL ended it (137 is 128 + 9): somebody removed the container, or the machine ran out ' +
      'of memory.'
    );
  }
  return 'The last lines say why; “djdev rehearse --only settings” checks the settings alone.';
}

function declareVariable(name: string): string {
  return (
    `Production needs ${name}. Declare it under app.env in djdev.yaml, with a value, ` +
    'from an env file, or with “generate: true”.'
  );
}
