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

/** Longer lists are paired by identity, type and order alone, so that the time grows with their length only. */
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
  const [one, other] = [desired[0], actual[0]];
  if (one === undefined || other === undefined) return { pairs: [], missing: desired, extra: actual };
  if (desired.length === 1 && actual.length === 1) return matchTwo(one, other);
  const keys = new Map([...desired, ...actual].map((item) => [item, keyOf(item)] as const));
  const pairs: (readonly [Tree, Tree])[] = [];
  let missing: readonly Tree[] = desired;
  const extra = new Set(actual);
  const pairUp = (partnerOf: (item: Tree) => Tree | undefined): void => {
    missing = missing.filter((item) => {
      const partner = partnerOf(item);
      if (partner === undefined) return true;
      pairs.push([item, partner]);
      extra.delete(partner);
      return false;
    });
  };
  const identified = (item: Tree): boolean => keys.get(item) !== undefined;
  const same = (one: Tree, other: Tree): boolean => identified(one) && keys.get(one) === keys.get(other);
  const open = (one: Tree, other: Tree): boolean => !identified(one) || !identified(other);
  const equal = (fits: (one: Tree, other: Tree) => boolean) => (item: Tree) =>
    [...extra].find((candidate) => fits(item, candidate) && !differ(item, candidate));
  const short = desired.length <= longest && actual.length <= longest;
  if (short) pairUp(equal(same));
  const namesake = inTurn(actual, { wordOf: (item) => keys.get(item), left: extra });
  pairUp((item) => (identified(item) ? namesake(keys.get(item)) : undefined));
  if (short && desired.length + actual.length > 2) pairUp(equal(open));
  const anyOfType = inTurn([...extra], { wordOf: typeOf, left: extra });
  const openOfType = inTurn(
    [...extra].filter((item) => !identified(item)),
    { wordOf: typeOf, left: extra },
  );
  pairUp((item) => (identified(item) ? openOfType : anyOfType)(typeOf(item)));
  return { pairs, missing, extra: [...extra] };
}

/** The usual case: all but different identities make a pair. */
function matchTwo(one: Tree, other: Tree): Matched {
  const [key, otherKey] = [keyOf(one), keyOf(other)];
  if (key === undefined || otherKey === undefined || key === otherKey)
    return { pairs: [[one, other]], missing: [], extra: [] };
  return { pairs: [], missing: [one], extra: [other] };
}

/** Gives the items with a certain word one after the other: each time the next of those that are left. */
function inTurn(
  items: readonly Tree[],
  { wordOf, left }: { readonly wordOf: (item: Tree) => string | undefined; readonly left: ReadonlySet<Tree> },
): (word: string | undefined) => Tree | undefined {
  const lists = new Map<string | undefined, Tree[]>();
  for (const item of items.toReversed()) {
    const word = wordOf(item);
    const list = lists.get(word);
    if (list === undefined) lists.set(word, [item]);
    else list.push(item);
  }
  return (word) => {
    const list = lists.get(word) ?? [];
    for (let item = list.pop(); item !== undefined; item = list.pop()) if (left.has(item)) return item;
    return undefined;
  };
}

const typeOf = (item: Tree): string | undefined => item.attributes.get('type');

function keyOf(item: Tree): string | undefined {
  const identity = identityOf(item);
  return identity === undefined ? undefined : canonicalValue(identity);
}
