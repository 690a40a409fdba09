import { expect, test } from 'vitest';
import { commands } from '../../../src/cli/commands.ts';
import { formatCommandHelp, formatHelp } from '../../../src/cli/format-help.ts';
import { type Request, parseArguments } from '../../../src/cli/parse-arguments.ts';
import { answerQuickly } from '../../../src/cli/quick-answer.ts';
import { DjdevError } from '../../../src/errors/djdev-error.ts';
import { readVersion } from '../../../src/version.ts';

function parse(line: string, environment: Record<string, string> = {}): Request {
  const argv = line === '' ? [] : line.split(' ');
  return parseArguments(argv, environment, readVersion());
}

function options(line: string, environment?: Record<string, string>): unknown {
  const request = parse(line, environment);
  return request.type === 'run' ? { [request.command.name]: request.options } : request.text;
}

function complaint(line: string, environment?: Record<string, string>): readonly unknown[] {
  try {
    return [parse(line, environment)];
  } catch (error) {
    if (!(error instanceof DjdevError)) throw error;
    return [error.code, error.exitCode, error.message, error.hint];
  }
}

test('what is not given is absent', () => {
  expect(options('rehearse')).toEqual({ rehearse: {} });
});

test('options of every kind', () => {
  expect(
    options('rehearse -C app --env-file a.env --env-file b.env --only build,image --only boot -v'),
  ).toEqual({
    rehearse: {
      cwd: 'app',
      envFile: ['a.env', 'b.env'],
      only: ['build', 'image', 'boot'],
      verbose: true,
    },
  });
  expect(options('build --no-cache')).toEqual({ build: { noCache: true } });
  expect(options('build')).toEqual({ build: {} });
  expect(options('down -v --rmi')).toEqual({ down: { volumes: true, rmi: true } });
});

test('options may stand before the command', () => {
  expect(options('-C build --json rehearse --keep')).toEqual({
    rehearse: { cwd: 'build', json: true, keep: true },
  });
  expect(complaint('--jsn rehearse')[2]).toBe("Unknown option '--jsn'.");
});

test('the environment fills in what the command line leaves open', () => {
  const environment = {
    DJDEV_JSON: '1',
    DJDEV_KEEP: '0',
    DJDEV_VERBOSE: 'false',
    DJDEV_HOST: '',
    DJDEV_ONLY: 'build,image',
    DJDEV_TIMEOUT: '90s',
    DJDEV_FAIL_ON: 'warn',
  };
  expect(options('rehearse --timeout 5s', environment)).toEqual({
    rehearse: { json: true, only: ['build', 'image'], timeout: '5s', failOn: 'warn' },
  });
  expect(options('config', environment)).toEqual({ config: { json: true } });
});

test('what cannot be understood says so, and what was meant', () => {
  expect({
    command: complaint('rehears'),
    option: complaint('config --jsn'),
    foreign: complaint('config --keep'),
    excess: complaint('config here'),
    'no value': complaint('rehearse --host'),
    choice: complaint('rehearse --progress plian'),
    environment: complaint('rehearse', { DJDEV_COLOR: 'sometimes' }),
  }).toMatchInlineSnapshot(`
    {
      "choice": [
        "DJ-USAGE",
        2,
        "--progress cannot be "plian": it is one of auto, tty, plain, json, quiet.",
        "Did you mean plain?",
      ],
      "command": [
        "DJ-USAGE",
        2,
        "Unknown command 'rehears'.",
        "Did you mean rehearse?",
      ],
      "environment": [
        "DJ-USAGE",
        2,
        "DJDEV_COLOR cannot be "sometimes": it is one of auto, always, never.",
        undefined,
      ],
      "excess": [
        "DJ-USAGE",
        2,
        "Too many arguments for 'config'. Expected 0 arguments but got 1: here.",
        "djdev config --help lists what there is.",
      ],
      "foreign": [
        "DJ-USAGE",
        2,
        "Unknown option '--keep'.",
        "Did you mean djdev rehearse --keep?",
      ],
      "no value": [
        "DJ-USAGE",
        2,
        "Option '--host <url>' argument missing.",
        "djdev rehearse --help lists what there is.",
      ],
      "option": [
        "DJ-USAGE",
        2,
        "Unknown option '--jsn'.",
        "Did you mean --json?",
      ],
    }
  `);
});

test('help and version are the same from the parser and without it', async () => {
  const lines = ['', '--help', '-h', 'help', '--version', '-V'];
  for (const { name } of commands) lines.push(`${name} --help`, `${name} -h`, `help ${name}`);
  for (const line of lines) {
    const argv = line === '' ? [] : line.split(' ');
    const quick = await answerQuickly(argv);
    const parsed = parse(line);
    expect([line, quick?.trimEnd()]).toEqual([
      line,
      parsed.type === 'print' ? parsed.text.trimEnd() : undefined,
    ]);
  }
  expect(await answerQuickly(['rehearse', '--json', '--help'])).toBeUndefined();
});

test('help fits a terminal of 80 columns', () => {
  const texts = [formatHelp(), ...commands.map(formatCommandHelp)];
  const wide = texts.flatMap((text) => text.split('\n')).filter((line) => line.length > 80);
  expect(wide).toEqual([]);
});

test('every option of a command is in its help, and short names are its own', () => {
  for (const command of commands) {
    const help = formatCommandHelp(command);
    for (const name of command.options) expect(help).toMatch(new RegExp(`--${name}\\b`));
    const shorts = [...help.matchAll(/^ {2}-(\w),/gm)].map(([, short]) => short);
    expect(new Set(shorts).size).toBe(shorts.length);
  }
});

test('behind a command that hands on, everything is the program’s', () => {
  const args = (line: string): unknown => {
    const request = parse(line);
    return request.type === 'run' ? [request.command.name, request.args, request.options] : 'text';
  };
  expect(args('-C shop manage migrate --plan -v 2')).toEqual([
    'manage',
    ['migrate', '--plan', '-v', '2'],
    { cwd: 'shop' },
  ]);
  expect(args('psql -f dump.sql -- x')).toEqual(['psql', ['-f', 'dump.sql', '--', 'x'], {}]);
  expect(args('test -- --debug')).toEqual(['test', ['--debug'], {}]);
  expect(args('manage --help')).toBe('text');
  expect(args('exec -u root web ls -C --debug')).toEqual([
    'exec',
    ['web', 'ls', '-C', '--debug'],
    { user: 'root' },
  ]);
  expect(args('run -T sh -c true')).toEqual(['run', ['sh', '-c', 'true'], { noTty: true }]);
});

test('the letter of a command’s own option wins', () => {
  expect(options('logs -f web')).toEqual({ logs: { follow: true } });
  expect(options('-f shop.yaml logs -f')).toEqual({ logs: { file: 'shop.yaml', follow: true } });
  expect(options('ps -f shop.yaml')).toEqual({ ps: { file: 'shop.yaml' } });
});

test('what must stand there is asked for', () => {
  expect(complaint('exec web')[2]).toBe("Missing required argument 'command'.");
  expect(complaint('run')[2]).toBe("Missing required argument 'command'.");
});
