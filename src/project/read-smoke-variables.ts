import { closestName } from './closest-name.ts';
import type { EnvironmentSources } from './environment-sources.ts';
import type { Manifest } from './manifest.ts';
import type { KeyPath } from './manifest-file.ts';
import type { Secret } from './secret.ts';
import { findReferences, listTexts, type Reference } from './smoke-references.ts';
import type { SmokeCheck, SmokeTest } from './smoke.ts';

interface PlacedCheck {
  readonly check: SmokeCheck;
  readonly keys: KeyPath;
}

/**
 * The variables that a test names and their values. `${name}` is one unless a request before it
 * captures that name, and so is `$NAME` in what is sent; a `$` anywhere else is a dollar sign.
 */
export function readSmokeVariables(
  placed: readonly PlacedCheck[],
  {
    manifest,
    lookup,
    captured,
  }: {
    readonly manifest: Manifest;
    readonly lookup: EnvironmentSources['lookup'];
    /** What requests before these have captured; what these capture is added. */
    readonly captured: Set<string>;
  },
): Pick<SmokeTest, 'variables' | 'missing'> {
  const variables: Record<string, Secret> = {};
  const missing = new Set<string>();
  const all = placed.flatMap(({ check }) => Object.keys(check.capture));
  for (const { check, keys } of placed) {
    const wanted = [
      ...sentTexts(check).flatMap(findReferences).filter(isVariable(captured)),
      ...expectedTexts(check).flatMap(findReferences).filter(isBracedVariable(captured)),
    ];
    for (const { name } of wanted) {
      const value = lookup(name)?.value;
      if (all.includes(name)) continue;
      if (value !== undefined) variables[name] = value;
      else if (closestName(name, captured) === undefined) missing.add(name);
    }
    reportEarly(check, all, { captured, manifest, keys });
    reportMistyped(check, { captured, all, variables, manifest, keys });
    for (const name of Object.keys(check.capture)) captured.add(name);
  }
  return { variables, missing: [...missing] };
}

const isVariable =
  (captured: ReadonlySet<string>) =>
  ({ name, isBraced }: Reference): boolean =>
    !captured.has(name) && (isBraced || /^[A-Z][A-Z0-9_]*$/.test(name));

const isBracedVariable =
  (captured: ReadonlySet<string>) =>
  ({ name, isBraced }: Reference): boolean =>
    !captured.has(name) && isBraced;

function sentTexts({ path, headers, form, json }: SmokeCheck): readonly string[] {
  return [path, ...listTexts(headers), ...listTexts(form), ...listTexts(json)];
}

function expectedTexts({ expect }: SmokeCheck): readonly string[] {
  const { headers, contains, absent, select, jsonPath, location } = expect;
  const all = [headers, select, jsonPath].flatMap((one) => Object.values(one));
  return [...all, ...contains, ...absent, ...(location ? [location] : [])].flatMap((one) => {
    if (one.kind === 'contains') return [one.text];
    return one.kind === 'equals' && typeof one.value === 'string' ? [one.value] : [];
  });
}

function reportEarly(
  check: SmokeCheck,
  all: readonly string[],
  {
    captured,
    manifest,
    keys,
  }: {
    readonly captured: ReadonlySet<string>;
    readonly manifest: Manifest;
    readonly keys: KeyPath;
  },
): void {
  const texts = [...sentTexts(check), ...expectedTexts(check)];
  const early = texts
    .flatMap(findReferences)
    .find(({ name }) => all.includes(name) && !captured.has(name));
  if (early !== undefined) reportOrder(early.name, manifest, keys);
}

function reportOrder(name: string, manifest: Manifest, keys: KeyPath): void {
  manifest.report(
    keys,
    `uses “${name}” before a step has captured it.`,
    'A step can use what the steps before it capture.',
  );
}

function reportMistyped(
  check: SmokeCheck,
  {
    captured,
    all,
    variables,
    manifest,
    keys,
  }: {
    readonly all: readonly string[];
    readonly captured: ReadonlySet<string>;
    readonly variables: SmokeTest['variables'];
    readonly manifest: Manifest;
    readonly keys: KeyPath;
  },
): void {
  for (const { name } of [...sentTexts(check), ...expectedTexts(check)].flatMap(findReferences)) {
    if (captured.has(name) || all.includes(name) || name in variables) continue;
    const meant = closestName(name, captured);
    if (meant === undefined) continue;
    manifest.report(
      keys,
      `uses “${name}”, which no step before it captures.`,
      `Did you mean “$${meant}”? Write $$${name} for a dollar sign.`,
    );
  }
}
