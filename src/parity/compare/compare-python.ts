import type { ParityDifference } from '../parity-report.ts';
import type { SideFacts } from '../side-facts.ts';
import { type AreaOutcome, type CompareInput, difference } from './compare-input.ts';

type Flag = Exclude<keyof SideFacts['python'], 'version' | 'implementation'>;

/** Cost of each flag, the variable that sets it, and what it does. */
const flags: Readonly<Record<Flag, readonly [cost: number, variable: string, effect: string]>> = {
  optimize: [3, 'PYTHONOPTIMIZE', 'asserts are left out on one side'],
  devMode: [2, 'PYTHONDEVMODE', 'warnings and checks on one side only'],
  unbuffered: [1, 'PYTHONUNBUFFERED', 'log lines of a crash can be lost without it'],
  dontWriteBytecode: [1, 'PYTHONDONTWRITEBYTECODE', 'bytecode is written on one side'],
  asyncioDebug: [2, 'PYTHONASYNCIODEBUG', 'asyncio checks itself, and is slower'],
  faulthandler: [1, 'PYTHONFAULTHANDLER', 'a traceback of a crash in C'],
  hashSeed: [2, 'PYTHONHASHSEED', 'the order of sets'],
  warnings: [1, 'PYTHONWARNINGS', 'which warnings are errors'],
  encoding: [3, 'PYTHONUTF8', 'how files are read'],
  timezone: [2, 'TZ', 'what local time is'],
};

/** The interpreter and the flags with which the server runs. */
export function comparePython(input: CompareInput): AreaOutcome {
  const { here, production } = input;
  return [
    ...compareVersions(here.python, production.python),
    ...(Object.keys(flags) as Flag[]).flatMap((flag) => compareFlag(input, flag)),
  ];
}

function compareVersions(
  own: SideFacts['python'],
  other: SideFacts['python'],
): readonly ParityDifference[] {
  const [left, right] = [own, other].map((one) => `${one.implementation} ${one.version}`);
  if (left === right) return [];
  const minor = (version: string): string => version.split('.').slice(0, 2).join('.');
  const isPatch =
    own.implementation === other.implementation && minor(own.version) === minor(other.version);
  return [
    difference('python', {
      subject: 'version',
      here: left,
      production: right,
      origin: 'the base image',
      cost: isPatch ? 2 : 5,
      advice: 'Name the exact version in FROM, or pin the base image by its digest.',
    }),
  ];
}

function compareFlag(
  { here, production, added }: CompareInput,
  flag: Flag,
): readonly ParityDifference[] {
  const [own, other] = [here.python[flag], production.python[flag]];
  if (own === other) return [];
  const [cost, variable, effect] = flags[flag];
  const byDjdev = added[variable];
  const isOurs = byDjdev !== undefined && flag === 'dontWriteBytecode';
  return [
    difference('python', {
      subject: variable,
      here: describe(own),
      production: describe(other),
      origin: byDjdev === undefined ? effect : `djdev; ${effect}`,
      cost,
      intended: isOurs ? byDjdev : undefined,
      advice: `Let the Dockerfile say it for both: ENV ${variable}=….`,
    }),
  ];
}

function describe(value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return String(value);
}
