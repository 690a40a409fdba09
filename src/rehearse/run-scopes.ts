import { Scope } from '../context/scope.ts';

/** What a rehearsal makes, by when it can go. */
export interface RunScopes {
  readonly network: Scope;
  readonly database: Scope;
  readonly services: Scope;
  readonly runner: Scope;
  readonly application: Scope;
  readonly previous: Scope;
}

/**
 * Scopes that close with `scope`, or earlier by themselves: the containers side by side, since
 * removing one takes the engine a while, and the network once they are gone.
 */
export function openScopes(scope: Scope): RunScopes {
  const network = scope.child();
  const containers = {
    database: new Scope(),
    services: new Scope(),
    runner: new Scope(),
    application: new Scope(),
    previous: new Scope(),
  };
  scope.defer(async () => {
    const closing = Object.values(containers).map((one) => one[Symbol.asyncDispose]());
    const failures = (await Promise.allSettled(closing)).flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : [],
    );
    if (failures.length > 0) throw new AggregateError(failures, 'Clean-up was incomplete.');
  });
  return { network, ...containers };
}
