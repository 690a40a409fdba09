import type { Invocation } from '../command.ts';
import { openCheckoutCommand } from '../stack/open-checkout-command.ts';
import { pickOfCheckout } from '../stack/pick-containers.ts';
import { reportChanged } from '../stack/report-changed.ts';
import { stopContainers, stopGates } from '../stack/switch-containers.ts';

/** `djdev stop`: what runs is stopped and kept. */
export async function run(invocation: Invocation): Promise<number> {
  await using command = await openCheckoutCommand(invocation);
  const picked = pickOfCheckout(command, invocation.args);
  const running = picked.filter((one) => one.running);
  // Where nothing tells which of them are services, all end at once.
  const services = command.checkout.project?.services.map(({ name }) => name) ?? [];
  await Promise.all([stopContainers(command, running, services), stopGates(command, picked)]);
  return reportChanged(invocation, 'stopped', running, 'Nothing of it runs.');
}
