import { formatCount } from '../../report/formats/quantity.ts';
import type { Leaf, ScalarLeaf } from '../side-facts.ts';

/** A value for people; `undefined` where there is none. */
function formatLeaf(leaf: Leaf | undefined): string | undefined {
  if (leaf === undefined) return undefined;
  if ('list' in leaf) return formatCount(leaf.list.length, 'value');
  return formatScalar(leaf);
}

function formatScalar(leaf: ScalarLeaf): string {
  if ('value' in leaf) return leaf.value === '' ? 'empty' : String(leaf.value);
  if (leaf.scheme !== undefined) return `${leaf.scheme}://…`;
  if ('digest' in leaf) return 'a value';
  return leaf.isSet ? 'a secret' : 'empty';
}

/** Both of two differing values for people, also when they look the same. */
export function formatPair(
  here: Leaf | undefined,
  production: Leaf | undefined,
): { readonly here: string | undefined; readonly production: string | undefined } {
  const [left, right] = [formatLeaf(here), formatLeaf(production)];
  if (here && production && 'list' in here && 'list' in production) {
    return formatLists(here.list, production.list);
  }
  return left === right ? { here: left, production: 'another' } : { here: left, production: right };
}

function formatLists(here: readonly ScalarLeaf[], production: readonly ScalarLeaf[]) {
  const only = (own: readonly ScalarLeaf[], other: readonly ScalarLeaf[]): string => {
    const known = new Set(other.map((one) => JSON.stringify(one)));
    const added = own.filter((one) => !known.has(JSON.stringify(one))).map(formatScalar);
    return added.length === 0 ? formatCount(own.length, 'value') : `with ${added.join(', ')}`;
  };
  const [left, right] = [only(here, production), only(production, here)];
  return left === right
    ? { here: left, production: 'in another order' }
    : { here: left, production: right };
}

/** Two values are the same; of secrets only whether they are set is known. */
export function sameLeaf(left: Leaf | undefined, right: Leaf | undefined): boolean {
  return plain(left) === plain(right);
}

function plain(leaf: Leaf | undefined): string | undefined {
  if (leaf === undefined) return undefined;
  if ('list' in leaf) return JSON.stringify(leaf.list.map(plain));
  const { by: _, ...rest } = leaf;
  return JSON.stringify(Object.entries(rest).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
