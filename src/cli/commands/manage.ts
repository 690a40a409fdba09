import type { Invocation } from '../command.ts';
import { runManage } from '../stack/run-manage.ts';

/** `djdev manage`: a management command. */
export function run(invocation: Invocation): Promise<number> {
  return runManage(invocation, invocation.args);
}
