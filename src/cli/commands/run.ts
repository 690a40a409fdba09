import type { Invocation } from '../command.ts';
import { runInApplication } from '../stack/run-in-application.ts';

/** `djdev run`: a command in a container of its own, with the application's image. */
export function run(invocation: Invocation): Promise<number> {
  const { args } = invocation;
  const command = args[0] === '--' ? args.slice(1) : args;
  return runInApplication(invocation, async () => ({ command, place: 'of-its-own' }));
}
