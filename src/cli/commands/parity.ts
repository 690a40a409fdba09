import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { Context } from '../../context/context.ts';
import { Scope } from '../../context/scope.ts';
import type { ImageFacts } from '../../engine/engine.ts';
import { DjdevError } from '../../errors/djdev-error.ts';
import { formatParity } from '../../parity/format-parity.ts';
import type { ParityReport } from '../../parity/parity-report.ts';
import type { Production } from '../../parity/measure-parity.ts';
import { readEnvFile } from '../../project/env-file.ts';
import { textColumns } from '../../terminal/screen.ts';
import type { Invocation } from '../command.ts';
import { secretsOfEnvironment } from '../load-project.ts';
import {
  openInvocationStack,
  openStackCommand,
  type StackCommand,
  styleOf,
} from '../stack/open-stack-command.ts';

/** `djdev parity`: what differs between what runs here and production, measured on both sides. */
export async function run(invocation: Invocation): Promise<number> {
  const { options, io } = invocation;
  const least = readLeast(options.failUnder);
  if (options.program === true) {
    const { digestRounds, readProbeProgram } = await import('../../parity/probe-program.ts');
    const given = { salt: null, rounds: digestRounds, database: true, timeoutSeconds: 120 };
    io.stdout.write(await readProbeProgram(given));
    return 0;
  }
  await using command = await openStackCommand(invocation);
  await using scope = new Scope();
  const session = randomBytes(6).toString('hex');
  const context: Context = { ...command.context, session, scope, emit: () => {} };
  if (options.export === true) return await exportTo(invocation, command, context);
  const report = await compare(invocation, command, context);
  print(invocation, report);
  return least !== undefined && report.score < least ? 1 : 0;
}

async function compare(
  invocation: Invocation,
  command: StackCommand,
  context: Context,
): Promise<ParityReport> {
  const { project } = command;
  const [{ measureParity, productionEnvironment }, { isMarkedLive }] = await Promise.all([
    import('../../parity/measure-parity.ts'),
    import('../../up/live/live-marker.ts'),
  ]);
  const stack = await openInvocationStack(invocation, project);
  invocation.redactor.learn(secretsOfEnvironment(productionEnvironment(project, context)));
  return await measureParity(context, {
    project,
    stack,
    production: await findProduction(invocation, command),
    isLive: await isMarkedLive(project, invocation.io.environment),
    imageOfTree: () => imageOfTree(invocation, command),
  });
}

/** `--against` names a file where there is one, and an image where there is none. */
async function findProduction(invocation: Invocation, command: StackCommand): Promise<Production> {
  const { options, io } = invocation;
  const { against } = options;
  if (against === undefined) return { kind: 'tree' };
  const { readSideFile } = await import('../../parity/read-side-file.ts');
  const facts = await readSideFile(path.resolve(io.cwd, against));
  if (facts !== undefined) return { kind: 'file', facts, name: against };
  if (against.endsWith('.json')) {
    throw new DjdevError('DJ-USAGE', {
      message: `There is no file ${against}.`,
      hint: 'Make it with djdev parity --export, or with djdev parity --program in production.',
    });
  }
  return { kind: 'image', image: await findImage(command, against), name: against };
}

async function findImage(
  { engine, context: { signal, emit } }: StackCommand,
  reference: string,
): Promise<ImageFacts> {
  const onProgress = (text: string): void => emit({ type: 'build-progressed', text });
  return (
    (await engine.inspectImage(reference, signal)) ??
    (await engine.pullImage(reference, onProgress, signal))
  );
}

async function imageOfTree(
  { options }: Invocation,
  { context, project }: StackCommand,
): Promise<ImageFacts> {
  const { buildStackImage } = await import('../../up/build-stack-image.ts');
  return await buildStackImage(
    context,
    project,
    options.noBuild === true ? 'never' : 'when-changed',
  );
}

/** The environment of the manifest, and all that the files of `--env-file` hold. */
async function exportTo(
  invocation: Invocation,
  command: StackCommand,
  context: Context,
): Promise<number> {
  const { options, io, redactor } = invocation;
  const { project } = command;
  const [{ exportProduction }, { productionEnvironment }] = await Promise.all([
    import('../../parity/export-production.ts'),
    import('../../parity/measure-parity.ts'),
  ]);
  const files = await Promise.all(
    (options.envFile ?? []).map(async (file) =>
      readEnvFile(path.resolve(io.cwd, file), { root: project.root, required: true }),
    ),
  );
  const given = files.flatMap((file) =>
    [...(file ?? [])].map(([name, { value }]) => [name, value]),
  );
  const environment = { ...productionEnvironment(project, context), ...Object.fromEntries(given) };
  redactor.learn(secretsOfEnvironment(environment));
  const image =
    options.against === undefined
      ? await imageOfTree(invocation, command)
      : await findImage(command, options.against);
  const facts = await exportProduction(context, { project, image, environment });
  io.stdout.write(redactor.redact(`${JSON.stringify(facts)}\n`));
  return 0;
}

function print(invocation: Invocation, report: ParityReport): void {
  const { options, io, redactor } = invocation;
  const text =
    options.json === true
      ? `${JSON.stringify(report)}\n`
      : formatParity(report, {
          style: styleOf(invocation, io.stdout),
          columns: textColumns(io.stdout),
          verbose: options.verbose ?? false,
        });
  io.stdout.write(redactor.redact(text));
}

function readLeast(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const least = Number(text);
  if (text.trim() !== '' && least >= 0 && least <= 100) return least;
  throw new DjdevError('DJ-USAGE', {
    message: `--fail-under is a score from 0 to 100, and not “${text}”.`,
    hint: 'For example: --fail-under 90.',
  });
}
