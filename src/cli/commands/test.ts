import type { Invocation } from '../command.ts';
import { runManage } from '../stack/run-manage.ts';

/** `djdev test`: the project's tests. */
export function run(invocation: Invocation): Promise<number> {
  return runManage(invocation, ['test', ...invocation.args]);
}
