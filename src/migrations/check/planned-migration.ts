import { closestName } from '../../project/closest-name.ts';

/** A migration of the project or of a library, before it is applied. */
export interface PlannedMigration {
  readonly app: string;
  readonly name: string;
  readonly own: boolean;
  /** Relative to the project where it lies in it. */
  readonly file: string;
}

/** `shop.0002_total`. */
export function nameMigration({ app, name }: Pick<PlannedMigration, 'app' | 'name'>): string {
  return `${app}.${name}`;
}

/** What was asked for, and what there is in its place. */
export interface UnknownMigration {
  readonly asked: string;
  readonly meant: string | undefined;
}

/**
 * The migrations that people mean: `shop.0002_total`, `shop.0002`, `0002_total`, or `shop` for all
 * of an app. What fits none, or more than one without being an app, is unknown. Pure.
 */
export function findNamed(
  plan: readonly PlannedMigration[],
  asked: readonly string[],
): { readonly found: readonly PlannedMigration[]; readonly unknown: readonly UnknownMigration[] } {
  const found = new Set<PlannedMigration>();
  const unknown: UnknownMigration[] = [];
  for (const name of asked) {
    const fitting = fit(plan, name);
    for (const one of fitting) found.add(one);
    if (fitting.length === 0)
      unknown.push({ asked: name, meant: closestName(name, plan.map(nameMigration)) });
  }
  return { found: plan.filter((one) => found.has(one)), unknown };
}

function fit(plan: readonly PlannedMigration[], asked: string): readonly PlannedMigration[] {
  const exact = plan.filter((one) => nameMigration(one) === asked || one.name === asked);
  if (exact.length > 0) return exact;
  const ofApp = plan.filter(({ app }) => app === asked);
  if (ofApp.length > 0) return ofApp;
  const begun = plan.filter((one) => nameMigration(one).startsWith(asked) && asked.includes('.'));
  return begun.length === 1 ? begun : [];
}
