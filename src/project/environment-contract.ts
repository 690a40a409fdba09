import type { EnvironmentRead } from './find-environment-reads.ts';
import type { Variable } from './project.ts';
import { Secret } from './secret.ts';

/** One variable with everybody who has to do with it. */
export interface ContractEntry {
  readonly name: string;
  readonly reads: readonly EnvironmentRead[];
  /** The manifest, an env file or djdev itself gives it to the application. */
  readonly origin: string | undefined;
  /** With secrets redacted; absent without a value. */
  readonly value: string | undefined;
  readonly isSecret: boolean;
  /** Production does not start without it. */
  readonly isRequired: boolean;
  /** `.env.example` names it. */
  readonly isInExample: boolean;
}

export interface ContractProblem {
  readonly level: 'fail' | 'warn';
  readonly name: string;
  readonly message: string;
}

/** What the code asks for, what the application is given, and what is written down, in one list. */
export function describeContract(
  variables: readonly Variable[],
  reads: readonly EnvironmentRead[],
  example: ReadonlySet<string>,
): readonly ContractEntry[] {
  const names = new Set([
    ...variables.map(({ name }) => name),
    ...reads.map(({ name }) => name),
    ...example,
  ]);
  return [...names].toSorted().map((name) => {
    const variable = variables.find((candidate) => candidate.name === name);
    const own = reads.filter((one) => one.name === name);
    const value = variable?.value;
    return {
      name,
      reads: own,
      origin: variable?.origin.text,
      value: value instanceof Secret ? '[redacted]' : describeValue(variable),
      isSecret: variable?.secret ?? false,
      isRequired: variable?.required === true || own.some(({ hasDefault }) => !hasDefault),
      isInExample: example.has(name),
    };
  });
}

function describeValue(variable: Variable | undefined): string | undefined {
  if (variable === undefined) return undefined;
  if (variable.generate && variable.value === undefined) return '(made for each run)';
  return typeof variable.value === 'string' ? variable.value : undefined;
}

/** Where the three disagree. Without an example file nothing is said about it. */
export function findContractProblems(
  entries: readonly ContractEntry[],
  hasExample: boolean,
): readonly ContractProblem[] {
  return entries.flatMap((entry): readonly ContractProblem[] => {
    const { name, reads, origin, isInExample } = entry;
    const demanded = reads.find(({ hasDefault }) => !hasDefault);
    if (demanded !== undefined && origin === undefined) {
      const place = `${demanded.file}:${demanded.line}`;
      return [{ level: 'fail', name, message: `${place} needs it, and nothing gives it a value` }];
    }
    if (reads.length === 0 && origin === undefined) {
      return [{ level: 'warn', name, message: '.env.example names it, and no code reads it' }];
    }
    if (hasExample && !isInExample && demanded !== undefined) {
      return [{ level: 'warn', name, message: '.env.example does not name it' }];
    }
    return [];
  });
}

/**
 * An example file that names all variables: the old text as it is, and behind it the ones that
 * were missing, each with its first reader and without a value.
 */
export function completeExample(text: string, entries: readonly ContractEntry[]): string {
  const missing = entries.filter(({ reads, isInExample }) => reads.length > 0 && !isInExample);
  if (missing.length === 0) return text;
  const lines = missing.flatMap(({ name, reads }) => {
    const [first] = reads;
    const place = first === undefined ? '' : `${first.file}:${first.line}`;
    const optional = reads.every(({ hasDefault }) => hasDefault);
    return [`# ${optional ? 'Optional' : 'Required'}: ${place}`, `${optional ? '# ' : ''}${name}=`];
  });
  const head = text === '' ? '# Copy to .env and fill in.\n' : text.replace(/\n*$/u, '\n');
  return `${head}\n${lines.join('\n')}\n`;
}

/** The names in an example file, also of lines that are commented out. */
export function readExampleNames(text: string): ReadonlySet<string> {
  const names = [...text.matchAll(/^#?\s*(?:export\s+)?([A-Z][A-Z0-9_]*)\s*=/gmu)];
  return new Set(names.flatMap(([, name]) => (name === undefined ? [] : [name])));
}
