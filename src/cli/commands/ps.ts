import type { ContainerSummary } from '../../engine/engine.ts';
import type { Project } from '../../project/project.ts';
import { findStackContainers } from '../../stack/find-stack.ts';
import { servicePage, webAddress } from '../../stack/describe-service.ts';
import type { Invocation } from '../command.ts';
import { openStackCommand } from '../stack/open-stack-command.ts';
import { pickContainers } from '../stack/pick-containers.ts';

interface ListedContainer {
  readonly name: string;
  readonly kind: 'process' | 'service' | 'other';
  readonly container: string;
  readonly running: boolean;
  readonly status: string;
  readonly addresses: readonly string[];
}

/** `djdev ps`: what of this checkout is on the engine, and where it is reached. */
export async function run(invocation: Invocation): Promise<number> {
  const { options, io } = invocation;
  await using command = await openStackCommand(invocation);
  const { engine, project, context } = command;
  const found = await findStackContainers(engine, project.id, context.signal);
  const rows = pickContainers(project, found, []).map((one) => describe(one, project));
  if (options.json === true) {
    io.stdout.write(`${JSON.stringify({ version: 1, project: project.name, containers: rows })}\n`);
  } else {
    io.stdout.write(formatRows(rows, project));
  }
  return 0;
}

function describe(container: ContainerSummary, project: Project): ListedContainer {
  const { name, ownership, running, status, publishedPorts, host } = container;
  const { role } = ownership;
  const isProcess = project.processes.some((one) => one.name === role);
  const service = project.services.find((one) => one.name === role);
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

function formatRows(rows: readonly ListedContainer[], { name }: Project): string {
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
