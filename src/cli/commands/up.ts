import { DjdevError } from '../../errors/djdev-error.ts';
import type { Invocation } from '../command.ts';
import { loadInvocationProject } from '../load-project.ts';
import { formatUpPlan } from '../stack/format-up-plan.ts';
import { planOf } from '../stack/start-stack.ts';

/** `djdev up`: the stack of this checkout, brought to what the project says. */
export async function run(invocation: Invocation): Promise<number> {
  const { options, io } = invocation;
  checkFlags(invocation);
  if (options.plan === true) {
    const plan = planOf(invocation, await loadInvocationProject(invocation));
    io.stdout.write(options.json === true ? `${JSON.stringify(plan)}\n` : formatUpPlan(plan));
    return 0;
  }
  if (options.detach === true || options.wait === true || options.json === true) {
    const { upDetached } = await import('../stack/up-detached.ts');
    return await upDetached(invocation);
  }
  const { upAttached } = await import('../stack/up-attached.ts');
  return await upAttached(invocation);
}

function checkFlags({ options }: Invocation): void {
  for (const [one, other] of [
    ['build', 'no-build'],
    ['migrate', 'no-migrate'],
  ] as const) {
    const opposite = other === 'no-build' ? options.noBuild : options.noMigrate;
    if (options[one] !== true || opposite !== true) continue;
    throw new DjdevError('DJ-USAGE', { message: `--${one} and --${other} exclude each other.` });
  }
}
