import type { Invocation } from '../command.ts';
import { runManage } from '../stack/run-manage.ts';

/** `djdev shell`: Django's shell. */
export function run(invocation: Invocation): Promise<number> {
  return runManage(invocation, ['shell', ...invocation.args]);
}
