import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DjdevError } from '../../errors/djdev-error.ts';
import { closestName } from '../../project/closest-name.ts';
import {
  completeExample,
  type ContractEntry,
  describeContract,
  findContractProblems,
  readExampleNames,
} from '../../project/environment-contract.ts';
import { findEnvironmentReads } from '../../project/find-environment-reads.ts';
import type { Project } from '../../project/project.ts';
import { variablesFor } from '../../project/resolve-environment.ts';
import { formatCount } from '../../report/formats/quantity.ts';
import type { Invocation } from '../command.ts';
import { loadInvocationProject } from '../load-project.ts';

const actions = ['list', 'check', 'example'] as const;
type Action = (typeof actions)[number];

/** `djdev env`: every variable, who gives it and who reads it; whether all agree. */
export async function run(invocation: Invocation): Promise<number> {
  const action = readAction(invocation.args[0] ?? 'list');
  const project = await loadInvocationProject(invocation);
  const example = await readExample(project);
  const entries = describeContract(
    variablesFor(project, 'prod'),
    await findEnvironmentReads(project.root),
    readExampleNames(example.text ?? ''),
  );
  if (action === 'example') return await writeExample(invocation, example, entries);
  if (action === 'check') return check(invocation, entries, example.text !== undefined);
  return list(invocation, entries);
}

function readAction(word: string): Action {
  const action = actions.find((candidate) => candidate === word);
  if (action !== undefined) return action;
  const meant = closestName(word, actions);
  throw new DjdevError('DJ-USAGE', {
    message: `djdev env cannot “${word}”.`,
    hint: meant ? `Did you mean “${meant}”?` : `It knows ${actions.join(', ')}.`,
  });
}

interface ExampleFile {
  readonly path: string;
  readonly text: string | undefined;
}

async function readExample({ root }: Project): Promise<ExampleFile> {
  const file = path.join(root, '.env.example');
  return { path: file, text: await readFile(file, 'utf8').catch(() => undefined) };
}

function list({ options, io }: Invocation, entries: readonly ContractEntry[]): number {
  if (options.json === true) {
    io.stdout.write(`${JSON.stringify({ version: 1, variables: entries })}\n`);
    return 0;
  }
  const width = Math.max(0, ...entries.map(({ name }) => name.length));
  for (const entry of entries) io.stdout.write(`${formatEntry(entry, width)}\n`);
  return 0;
}

function formatEntry(entry: ContractEntry, width: number): string {
  const { name, value, origin, reads, isRequired } = entry;
  const given = origin === undefined ? 'nobody gives it' : `${value ?? 'no value'}  (${origin})`;
  const readers = [...new Set(reads.map(({ file, line }) => `${file}:${line}`))];
  const read = readers.length === 0 ? 'no code of the project reads it' : readers.join(', ');
  const indent = ' '.repeat(width + 2);
  return [
    `${name.padEnd(width)}  ${given}`,
    `${indent}${isRequired ? 'required' : 'optional'}; ${read}`,
  ].join('\n');
}

function check(
  { options, io }: Invocation,
  entries: readonly ContractEntry[],
  hasExample: boolean,
): number {
  const problems = findContractProblems(entries, hasExample);
  const failed = problems.some(({ level }) => level === 'fail');
  if (options.json === true) {
    io.stdout.write(`${JSON.stringify({ version: 1, ok: !failed, problems })}\n`);
  } else {
    for (const { level, name, message } of problems) {
      io.stdout.write(`${level === 'fail' ? '✗' : '!'} ${name}: ${message}\n`);
    }
    const all = formatCount(entries.length, 'variable');
    if (problems.length === 0) io.stdout.write(`✓ ${all}: code, manifest and example agree\n`);
  }
  return failed ? 1 : 0;
}

async function writeExample(
  { options, io }: Invocation,
  { path: file, text }: ExampleFile,
  entries: readonly ContractEntry[],
): Promise<number> {
  const completed = completeExample(text ?? '', entries);
  if (completed === text) {
    io.stderr.write(`${file} names every variable that the code reads.\n`);
  } else if (options.dryRun === true) {
    io.stdout.write(completed);
  } else {
    await writeFile(file, completed);
    io.stderr.write(`${file} was ${text === undefined ? 'written' : 'completed'}.\n`);
  }
  return 0;
}
