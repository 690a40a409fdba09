import type { Engine } from '../../engine/engine.ts';
import { looksSecret } from '../../project/secret-name.ts';
import { findStackContainers, type StackContainer } from '../../stack/find-stack.ts';
import type { StackContext } from '../../stack/stack-context.ts';
import type { Invocation } from '../command.ts';
import { openEngine } from '../open-engine.ts';
import { type Checkout, findCheckout } from './find-checkout.ts';
import { createStackContext } from './open-stack-command.ts';

/** What a command works with that needs what runs, and not what the project's files say of it. */
export interface CheckoutCommand extends AsyncDisposable {
  readonly engine: Engine;
  readonly context: StackContext;
  readonly checkout: Checkout;
  /** By process or service. */
  readonly containers: ReadonlyMap<string, StackContainer>;
}

/** Connects and looks what of the checkout is there, also where its manifest cannot be read. */
export async function openCheckoutCommand(invocation: Invocation): Promise<CheckoutCommand> {
  const { signal } = invocation;
  const opening = openEngine(invocation);
  opening.catch(() => {});
  try {
    const checkout = await findCheckout(invocation, opening);
    const engine = await opening;
    const found = await Promise.all(
      checkout.worktrees.map((id) => findStackContainers(engine, id, signal)),
    );
    const containers = new Map(found.flatMap((one) => [...one]));
    if (checkout.project === undefined) await learnSecrets(invocation, engine, containers);
    return {
      engine,
      context: createStackContext(invocation, engine),
      checkout,
      containers,
      [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
    };
  } catch (error) {
    await opening.then((engine) => engine[Symbol.asyncDispose]()).catch(() => {});
    throw error;
  }
}

/** Without a manifest the names of variables tell which values are not to be printed. */
async function learnSecrets(
  { redactor, signal }: Invocation,
  engine: Engine,
  containers: ReadonlyMap<string, StackContainer>,
): Promise<void> {
  for (const { id } of containers.values()) {
    const facts = await engine.inspectContainer(id, signal);
    const variables = Object.entries(facts?.environment ?? {});
    redactor.learn(variables.flatMap(([name, value]) => (looksSecret(name, value) ? [value] : [])));
  }
}
