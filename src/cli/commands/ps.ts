import type { ContainerSummary, Engine } from '../../engine/engine.ts';
import type { Project } from '../../project/project.ts';
import { findStackContainers } from '../../stack/find-stack.ts';
import { stackSession } from '../../stack/stack-names.ts';
import { servicePage, webAddress } from '../../stack/describe-service.ts';
import type { Invocation } from '../command.ts';
import { openEngine } from '../open-engine.ts';
import { type Checkout, findCheckout } from '../stack/find-checkout.ts';
import { pickContainers } from '../stack/pick-containers.ts';

interface ListedContainer {
  readonly name: string;
  readonly kind: 'process' | 'service' | 'other';
  readonly container: string;
  readonly running: boolean;
  readonly status: string;
  readonly addresses: readonly string[];
}

/**
 * `djdev ps`: what of this checkout is on the engine, and where it is reached. A manifest that cannot
 * be read does not keep anybody from seeing that.
 */
export async function run(invocation: Invocation): Promise<number> {
  const { options, io, signal } = invocation;
  await using engine = await openEngine(invocation);
  const { name, worktrees, project } = await findCheckout(invocation, engine);
  const found = await Promise.all(worktrees.map((id) => findStackContainers(engine, id, signal)));
  const containers = new Map(found.flatMap((one) => [...one]));
  const picked = project ? pickContainers(project, containers, []) : [...containers.values()];
  const rows = picked.map((one) => describe(one, project));
  if (options.json === true) {
    io.stdout.write(`${JSON.stringify({ version: 1, project: name, containers: rows })}\n`);
    return 0;
  }
  io.stdout.write(formatRows(rows, name));
  if (rows.length === 0) {
    for (const line of await findElsewhere(engine, { name, worktrees }, signal)) {
      io.stderr.write(`${line}\n`);
    }
  }
  return 0;
}

/** A checkout that was moved or deleted leaves its stack under the name of its old path. */
async function findElsewhere(
  engine: Engine,
  { name, worktrees }: Pick<Checkout, 'name' | 'worktrees'>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const owned = await engine.listOwned({}, signal);
  const others = owned
    .map(({ ownership }) => ownership)
    .filter(({ project, session }) => project === name && session === stackSession)
    .map(({ worktree }) => worktree)
    .filter((worktree) => !worktrees.includes(worktree));
  return [...new Set(others)].map(
    (worktree) =>
      `${worktree} belongs to a checkout in another directory. If that is gone: djdev down --worktree ${worktree}`,
  );
}

function describe(container: ContainerSummary, project: Project | undefined): ListedContainer {
  const { name, ownership, running, status, publishedPorts, host } = container;
  const { role } = ownership;
  const isProcess = project?.processes.some((one) => one.name === role) === true;
  const service = project?.services.find((one) => one.name === role);
  const shown = host === '127.0.0.1' ? 'localhost' : host;
  return {
    name: role,
    kind: isProcess ? 'process' : service ? 'service' : 'other',
    container: name,
    running,
    status,
    addresses: Object.entries(publishedPorts).map(([inside, port]) =>
      isProcess || (service && servicePage(service) === Number(inside))
        ? webAddress(host, port)
        : `${shown}:${port}`,
    ),
  };
}

function formatRows(rows: readonly ListedContainer[], name: string): string {
  if (rows.length === 0) return `Nothing of this checkout of ${name} runs. djdev up starts it.\n`;
  const cells = [
    ['NAME', 'STATUS', 'ADDRESS'],
    ...rows.map((row) => [row.name, row.status, row.addresses.join(' ')]),
  ];
  const widths = [0, 1].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}
