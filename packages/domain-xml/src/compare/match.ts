import { attributeAt, type Tree } from './tree.ts';
import { canonicalValue } from './value.ts';

/** By what a person tells items of a list apart. */
const identities = new Map<string, readonly string[]>([
  ['disk', ['target@dev']],
  ['interface', ['mac@address']],
  ['filesystem', ['target@dir']],
  ['controller', ['type', 'index']],
  ['channel', ['target@name']],
  ['timer', ['name']],
  ['feature', ['name']],
  ['vcpupin', ['vcpu']],
  ['iothreadpin', ['iothread']],
  ['cell', ['id']],
  ['memnode', ['cellid']],
  ['audio', ['id']],
  ['graphics', ['type']],
]);

export function identityOf(tree: Tree): string | undefined {
  const values = identities.get(tree.name)?.map((path) => attributeAt(tree, path));
  return values === undefined || values.includes(undefined) ? undefined : values.join(' ');
}

/** Items of two lists that stand for the same thing, and those that stand alone. */
export interface Matched {
  readonly pairs: readonly (readonly [desired: Tree, actual: Tree])[];
  readonly missing: readonly Tree[];
  readonly extra: readonly Tree[];
}

/** Longer lists are paired by identity and order alone, so that the time grows with their length only. */
const longest = 100;

/**
 * Pairs the items of two lists: by identity, then those that do not differ, then in their order when they are of the same
 * type. Different identities never make a pair.
 */
export function matchItems(
  desired: readonly Tree[],
  actual: readonly Tree[],
  differ: (desired: Tree, actual: Tree) => boolean,
): Matched {
  const keys = new Map([...desired, ...actual].map((item) => [item, keyOf(item)] as const));
  const pairs: (readonly [Tree, Tree])[] = [];
  let missing = [...desired];
  const extra = new Set(actual);
  const short = desired.length <= longest && actual.length <= longest;
  const pairUp = (fits: (desired: Tree, actual: Tree) => boolean, of: (item: Tree) => boolean = () => true): void => {
    missing = missing.filter((item) => {
      if (!of(item)) return true;
      for (const candidate of extra) {
        if (!fits(item, candidate)) continue;
        pairs.push([item, candidate]);
        extra.delete(candidate);
        return false;
      }
      return true;
    });
  };
  const identified = (item: Tree): boolean => keys.get(item) !== undefined;
  const same = (one: Tree, other: Tree): boolean => keys.get(one) === keys.get(other);
  const open = (one: Tree, other: Tree): boolean => !identified(one) || !identified(other);
  if (short) pairUp((one, other) => same(one, other) && !differ(one, other), identified);
  pairUp(same, identified);
  if (short && desired.length + actual.length > 2) pairUp((one, other) => open(one, other) && !differ(one, other));
  pairUp((one, other) => open(one, other) && one.attributes.get('type') === other.attributes.get('type'));
  if (desired.length === 1 && actual.length === 1) pairUp(open);
  return { pairs, missing, extra: [...extra] };
}

function keyOf(item: Tree): string | undefined {
  const identity = identityOf(item);
  return identity === undefined ? undefined : canonicalValue(identity);
}
