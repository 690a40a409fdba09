import { indentText } from '../../report/formats/wrap-text.ts';
import { outcomeMark } from '../../report/formats/text.ts';
import { createStyle } from '../../terminal/create-style.ts';
import { decideColor, textColumns } from '../../terminal/screen.ts';
import { readVersion } from '../../version.ts';
import type { Invocation } from '../command.ts';
import { diagnoseEngine } from '../doctor/diagnose-engine.ts';
import { diagnoseHost } from '../doctor/diagnose-host.ts';
import { diagnoseProject } from '../doctor/diagnose-project.ts';
import type { Diagnosis } from '../doctor/diagnosis.ts';

/** `djdev doctor`: what on this machine is well, what is not, and how to mend it. */
export async function run(invocation: Invocation): Promise<number> {
  const { options, io, redactor } = invocation;
  const [host, engine, project] = await Promise.all([
    diagnoseHost(),
    diagnoseEngine(invocation),
    diagnoseProject(invocation),
  ]);
  const diagnoses = [...engine, ...host, project];
  const exitCode = Math.max(
    0,
    ...diagnoses.map((one) => (one.level === 'fail' ? (one.exitCode ?? 3) : 0)),
  );
  const text =
    options.json === true
      ? JSON.stringify({ version: 1, djdev: readVersion(), ok: exitCode === 0, checks: diagnoses })
      : diagnoses.flatMap((one) => formatDiagnosis(one, invocation)).join('\n');
  io.stdout.write(`${redactor.redact(text)}\n`);
  return exitCode;
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
