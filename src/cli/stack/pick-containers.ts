import type { ContainerSummary } from '../../engine/engine.ts';
import { DjdevError } from '../../errors/djdev-error.ts';
import { closestName } from '../../project/closest-name.ts';
import type { Project } from '../../project/project.ts';
import type { StackContainer } from '../../stack/find-stack.ts';
import type { CheckoutCommand } from './open-checkout-command.ts';

/** Throws `DJ-USAGE` for a name that no process and no service has. */
export function checkNames(project: Project, names: readonly string[]): void {
  const known = [...project.processes, ...project.services].map(({ name }) => name);
  checkKnown(project.name, known, names);
}

function checkKnown(project: string, known: readonly string[], names: readonly string[]): void {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const meant = closestName(unknown, known);
  throw new DjdevError('DJ-USAGE', {
    message: `${project} has no process and no service “${unknown}”.`,
    hint: meant === undefined ? `It has ${known.join(', ')}.` : `Did you mean ${meant}?`,
  });
}

/** The same where the manifest may not be readable: then what is on the engine tells the names. */
export function pickOfCheckout(
  { checkout, containers }: Pick<CheckoutCommand, 'checkout' | 'containers'>,
  names: readonly string[],
): readonly StackContainer[] {
  const { project, name } = checkout;
  if (project !== undefined) return pickContainers(project, containers, names);
  checkKnown(name, [...containers.keys()], names);
  return [...containers.values()].filter(
    ({ ownership }) => names.length === 0 || names.includes(ownership.role),
  );
}

/** The containers of these names, or all; services before processes. */
export function pickContainers<C extends ContainerSummary>(
  project: Project,
  containers: ReadonlyMap<string, C>,
  names: readonly string[],
): readonly C[] {
  checkNames(project, names);
  const services = project.services.map(({ name }) => name);
  const isService = ({ ownership }: ContainerSummary): boolean => services.includes(ownership.role);
  return [...containers.values()]
    .filter(({ ownership }) => names.length === 0 || names.includes(ownership.role))
    .toSorted(
      (a, b) => Number(isService(b)) - Number(isService(a)) || a.name.localeCompare(b.name),
    );
}

/** What a command says that needs something that does not run. */
export function notRunning(what: string): DjdevError {
  return new DjdevError('DJ-STACK-DOWN', {
    message: `${what} does not run.`,
    hint: 'Start it with djdev up -d.',
  });
}
