import { resolve } from 'node:path';
import type { Engine } from '../../engine/engine.ts';
import { DjdevError } from '../../errors/djdev-error.ts';
import type { Project } from '../../project/project.ts';
import { indentText } from '../../report/formats/wrap-text.ts';
import { outcomeMark } from '../../report/formats/text.ts';
import { createStyle } from '../../terminal/create-style.ts';
import { decideColor, textColumns } from '../../terminal/screen.ts';
import { readVersion } from '../../version.ts';
import type { Invocation } from '../command.ts';
import { diagnoseEngine, diagnoseError } from '../doctor/diagnose-engine.ts';
import { diagnoseHost } from '../doctor/diagnose-host.ts';
import { diagnoseProject } from '../doctor/diagnose-project.ts';
import type { Diagnosis } from '../doctor/diagnosis.ts';
import { mendDiagnoses } from '../doctor/mend-diagnoses.ts';
import { openEngine } from '../open-engine.ts';

/** `djdev doctor`: what on this machine is well, what is not, and how to mend it. */
export async function run(invocation: Invocation): Promise<number> {
  const { options, io, redactor } = invocation;
  const engine = await openEngine(invocation).catch(refusalOf);
  try {
    const { project, diagnosis } = await diagnoseProject(invocation);
    const diagnoses = [
      ...(await examineEngine(engine, project, invocation)),
      ...(await diagnoseHost()),
      diagnosis,
    ];
    const exitCode = exitCodeOf(diagnoses);
    const text =
      options.json === true
        ? JSON.stringify({
            version: 1,
            djdev: readVersion(),
            ok: exitCode === 0,
            checks: diagnoses,
          })
        : diagnoses.flatMap((one) => formatDiagnosis(one, invocation)).join('\n');
    io.stdout.write(`${redactor.redact(text)}\n`);
    await writeAskedBundle(diagnoses, project, invocation);
    await mend(diagnoses, invocation);
    return exitCode;
  } finally {
    if (!(engine instanceof DjdevError)) await engine[Symbol.asyncDispose]();
  }
}

/** An engine that cannot be reached is a diagnosis. */
function refusalOf(error: unknown): DjdevError {
  if (error instanceof DjdevError) return error;
  throw error;
}

function exitCodeOf(diagnoses: readonly Diagnosis[]): number {
  const failed = diagnoses.filter(({ level }) => level === 'fail');
  return Math.max(0, ...failed.map(({ exitCode = 3 }) => exitCode));
}

async function examineEngine(
  engine: Engine | DjdevError,
  project: Project | undefined,
  invocation: Invocation,
): Promise<readonly Diagnosis[]> {
  if (engine instanceof DjdevError) return [diagnoseError('engine', engine)];
  const said = await diagnoseEngine(engine, invocation);
  if (invocation.options.full !== true) return said;
  const { tryEngine } = await import('../doctor/try-engine.ts');
  return [...said, ...(await tryEngine(engine, project, invocation.signal))];
}

async function writeAskedBundle(
  diagnoses: readonly Diagnosis[],
  project: Project | undefined,
  invocation: Invocation,
): Promise<void> {
  const { options, io } = invocation;
  if (options.bundle === undefined) return;
  const { writeBundle } = await import('../doctor/write-bundle.ts');
  const file = resolve(io.cwd, options.bundle);
  const names = await writeBundle(file, { diagnoses, project }, invocation);
  io.stderr.write(
    `Wrote ${file}: ${names.join(', ')}. Known secrets are taken out; read it before you share it.\n`,
  );
}

async function mend(diagnoses: readonly Diagnosis[], invocation: Invocation): Promise<void> {
  const { options, io } = invocation;
  const mendable = diagnoses.filter((one) => one.mend !== undefined);
  if (options.fix === true) {
    for (const line of await mendDiagnoses(mendable, invocation)) io.stderr.write(`${line}\n`);
    if (mendable.length === 0) io.stderr.write('There is nothing that doctor can mend itself.\n');
  } else if (mendable.length > 0 && options.json !== true) {
    const subjects = mendable.map(({ subject }) => subject).join(' and ');
    io.stdout.write(`\ndjdev doctor --fix can mend ${subjects}.\n`);
  }
}

function formatDiagnosis(
  { subject, level, text, fix }: Diagnosis,
  { io, options }: Invocation,
): string[] {
  const style = createStyle(decideColor(io.stdout, options.color ?? 'auto', io.environment));
  const columns = textColumns(io.stdout);
  const outcome = ({ pass: 'passed', warn: 'warned', fail: 'failed' } as const)[level];
  const indent = ' '.repeat(12);
  const [first = '', ...rest] = indentText(text, columns, indent);
  return [
    `${outcomeMark(outcome, style)} ${subject.padEnd(10)}${first.trimStart()}`,
    ...rest,
    ...(fix === undefined
      ? []
      : indentText(fix, columns, `${indent}  `, `${indent}${style.cyan('→')} `)),
  ];
}
