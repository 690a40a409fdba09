import type { RunnerResult } from '../../django/django-runner.ts';
import type { InspectFailure, InspectStage } from '../../django/inspect-django.ts';
import { findOwnFrame, formatPythonError, type PythonError } from '../../django/python-error.ts';
import type { RunnerReady } from '../../django/runner-frame.ts';
import type { SourceLocation } from '../../errors/djdev-error.ts';
import type { Finding } from '../../report/finding.ts';
import type { LocatePath } from './deploy-check-location.ts';
import { findMissingVariable } from './deploy-check-variable.ts';
import { adviseOnMigrationGraph } from './migration-graph.ts';

const titles: Readonly<Record<InspectStage, string>> = {
  settings: 'The production settings cannot be imported',
  setup: 'The project’s apps cannot be loaded with the production settings',
  facts: 'The production settings cannot be read',
  static: 'The static files storage cannot be created',
  checks: 'Django’s checks cannot run with the production settings',
  changes: 'The models cannot be compared with their migrations',
  practice: 'The production settings cannot be read',
  logging: 'Logging cannot be tried with the production settings',
  pages: 'The URLs cannot be imported with the production settings',
  templates: 'The templates cannot be compiled with the production settings',
  environment: 'The variables cannot be compared with the code',
  assets: 'The static files cannot be looked at',
  writable: 'The storage of uploads cannot be created',
};

/** Says why the project could not be imported, and where in its own code. */
export function checkImport({ stage, chain }: InspectFailure, locate: LocatePath): Finding {
  const variable = findMissingVariable(chain);
  return {
    code: 'settings-import-failed',
    level: 'fail',
    step: 'settings',
    title: `${titles[stage]}: ${describeCause(chain, variable)}.`,
    detail: describeChain(chain, locate),
    hint: adviseOn(chain, variable),
    ...locateFailure(chain, variable !== undefined, locate),
  };
}

/** The process went away while it imported the project: killed, or ended by `os._exit`. */
export function importBrokeOff(
  result: Pick<RunnerResult, 'exitCode' | 'signal' | 'tail'>,
): Finding {
  const killed = result.signal === undefined ? '' : ` (killed by signal ${result.signal})`;
  return {
    code: 'settings-import-failed',
    level: 'fail',
    step: 'settings',
    title: `Python ended with exit code ${result.exitCode}${killed} while it imported the project.`,
    detail: result.tail.slice(-10).join('\n'),
    hint:
      result.signal === 9
        ? 'Signal 9 mostly means that memory ran out: look at what is loaded on import.'
        : 'Something in the settings or in an app ends the process on import.',
  };
}

/** Python is there, Django is not. */
export function imageWithoutDjango({ python, executable }: RunnerReady): Finding {
  return {
    code: 'settings-import-failed',
    level: 'fail',
    step: 'settings',
    title: `Django is not installed for the image’s Python (${executable}, ${python}).`,
    detail: '',
    hint:
      'Install the requirements in the Dockerfile’s last stage. If they are in a virtual ' +
      'environment, put its bin directory first on PATH with ENV.',
  };
}

function describeCause(chain: readonly PythonError[], variable: string | undefined): string {
  if (variable !== undefined) return `the variable ${variable} has no value`;
  const [error] = chain;
  if (!error) return 'Python ended';
  if (isMissingModule(error)) return `the module “${error.name ?? '?'}” is not in the image`;
  if (error.class === 'SystemExit') return `they call sys.exit: ${error.message}`;
  return formatPythonError(error).replace(/\.$/u, '');
}

function describeChain(chain: readonly PythonError[], locate: LocatePath): string {
  const lines = chain.map((error) => {
    const frame = findOwnFrame([error]);
    const place = frame ? ` at ${locate(frame.file)}:${frame.line}` : '';
    return `${formatPythonError(error)}${place}`;
  });
  // Python's import machinery raises the same error again on its way up.
  return [...new Set(lines)].join('\n  caused by ');
}

function adviseOn(chain: readonly PythonError[], variable: string | undefined): string {
  if (variable !== undefined)
    return (
      `Production needs ${variable}. Give it a value for the rehearsal under app.env in ` +
      `djdev.yaml, or in an env file.`
    );
  const [error] = chain;
  if (error && isMissingModule(error))
    return (
      `If “${error.name?.split('.')[0] ?? ''}” is a package, add it to the requirements that the Dockerfile ` +
      'installs; if it is the project’s own, see that COPY and .dockerignore let it into the image.'
    );
  return (
    adviseOnMigrationGraph(chain) ??
    'Fix the line above; it fails in the same way when production starts.'
  );
}

function isMissingModule(error: PythonError): boolean {
  return error.class === 'ModuleNotFoundError' && error.name !== undefined;
}

function locateFailure(
  chain: readonly PythonError[],
  isVariable: boolean,
  locate: LocatePath,
): { readonly location?: SourceLocation } {
  const [error] = chain;
  if (error?.class === 'SyntaxError' && error.filename !== undefined)
    return { location: place(locate(error.filename), error.lineno) };
  // A variable is often read by a helper function: the setting that wants it is what counts.
  const frames = chain.flatMap(({ frames }) => frames).filter(({ own }) => own);
  const setting = isVariable
    ? frames.findLast((frame) => frame.function === '<module>')
    : undefined;
  const frame = setting ?? findOwnFrame(chain);
  return frame ? { location: place(locate(frame.file), frame.line ?? undefined) } : {};
}

function place(file: string, line: number | undefined): SourceLocation {
  return line === undefined ? { file } : { file, line };
}
