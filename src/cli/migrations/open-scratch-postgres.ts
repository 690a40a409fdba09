import { randomBytes } from 'node:crypto';
import { systemClock } from '../../context/clock.ts';
import type { Context } from '../../context/context.ts';
import { Scope } from '../../context/scope.ts';
import { planScratchPostgres } from '../../database/plan-scratch-postgres.ts';
import { type ScratchPostgres, startScratchPostgres } from '../../database/scratch-postgres.ts';
import type { Engine, Ownership } from '../../engine/engine.ts';
import type { ServiceDefinition } from '../../project/project.ts';
import type { Invocation } from '../command.ts';
import { openEngine } from '../open-engine.ts';

/** A Postgres for one command, and the network it is on. */
export interface ScratchRun extends AsyncDisposable {
  readonly context: Context;
  readonly network: string;
  readonly nameFor: (role: string) => string;
  readonly ownership: (role: string) => Ownership;
  readonly postgres: ScratchPostgres;
}

/** Clean-up has a deadline of its own: the run's signal may have aborted. */
const cleanUpTimeoutMs = 15_000;

/** Starts one that goes when the command ends. Throws `DJ-DATABASE-START`. */
export async function openScratchPostgres(
  invocation: Invocation,
  project: { readonly name: string; readonly id: string },
  service: ServiceDefinition,
): Promise<ScratchRun> {
  const { signal, io, options, redactor } = invocation;
  const scope = new Scope();
  try {
    const engine = scope.use(await openEngine(invocation));
    const session = randomBytes(6).toString('hex');
    const emit = (): void => {};
    const context: Context = { engine, session, scope, signal, emit, clock: systemClock };
    const prefix = `djdev-${project.id}-${session}`;
    const ownership = (role: string): Ownership => ({
      project: project.name,
      session,
      role,
      worktree: project.id,
      persistent: false,
    });
    await openNetwork(engine, { scope, signal, name: prefix, ownership: ownership('network') });
    const nameFor = (role: string): string => `${prefix}-${role}`;
    const postgres = await startScratchPostgres(
      context,
      planScratchPostgres(service, project.name),
      {
        network: prefix,
        containerName: nameFor(service.name),
        ownership: ownership(service.name),
        onLine: (line) => {
          if (options.verbose === true) io.stderr.write(`${redactor.redact(line)}\n`);
        },
      },
    );
    const close = (): Promise<void> => scope[Symbol.asyncDispose]();
    return { context, network: prefix, nameFor, ownership, postgres, [Symbol.asyncDispose]: close };
  } catch (error) {
    await scope[Symbol.asyncDispose]().catch(() => undefined);
    throw error;
  }
}

async function openNetwork(
  engine: Engine,
  {
    scope,
    signal,
    name,
    ownership,
  }: {
    readonly scope: Scope;
    readonly signal: AbortSignal;
    readonly name: string;
    readonly ownership: Ownership;
  },
): Promise<void> {
  const id = await engine.createNetwork(name, ownership, signal);
  scope.defer(() => engine.removeNetwork(id, AbortSignal.timeout(cleanUpTimeoutMs)));
}
