import { type AreaOutcome, type CompareInput, difference } from './compare-input.ts';

/** The command of the server, as it runs where that was seen, and as it is configured elsewhere. */
export function compareCommand(input: CompareInput): AreaOutcome {
  const { here, production, configuredCommand: configured, against } = input;
  const isMeasured = here.command !== null && production.command !== null;
  if (production.command === null && against === 'file') {
    return { notMeasured: 'the file was not taken beside a server that runs' };
  }
  const own = normalise(here.command ?? configured.here);
  const other = normalise(production.command ?? configured.production);
  if (own.join(' ') === other.join(' ')) return [];
  if (!isMeasured && configured.hasEntrypoint) {
    return { notMeasured: 'the ENTRYPOINT of the image decides what it starts' };
  }
  return [
    difference('command', {
      subject: own[0] === other[0] ? 'arguments' : 'program',
      here: own.join(' '),
      production: other.join(' '),
      origin: 'the command of the process',
      cost: own[0] === other[0] ? 2 : 5,
      advice:
        'Let both run the CMD of the Dockerfile: leave the command out of the manifest and of the platform.',
    }),
  ];
}

/** `/usr/bin/python3.13 /usr/local/bin/gunicorn app` → `gunicorn app`; `sh -c "exec x"` → `x`. */
function normalise(words: readonly string[]): readonly string[] {
  const [first = '', ...rest] = words;
  const program = first.split('/').at(-1) ?? first;
  if (/^(?:ba|da)?sh$/u.test(program) && rest[0] === '-c') {
    return normalise(
      (rest[1] ?? '')
        .replace(/^exec\s+/u, '')
        .split(/\s+/u)
        .filter(Boolean),
    );
  }
  const script = rest[0];
  if (/^python[\d.]*$/u.test(program) && script?.includes('/bin/') === true) {
    return [script.split('/').at(-1) ?? script, ...rest.slice(1)];
  }
  return [/^python[\d.]*$/u.test(program) ? 'python' : program, ...rest];
}
