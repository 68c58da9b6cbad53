/** One rule of a tree that finds an interface among many in a few steps: go on in `chain`, or this is the one. */
export interface InterfaceStep {
  /** The chain that the rule stands in. */
  readonly inChain: string;
  /** As `iptables -i` takes it: `tun65`, or `tun6+` for all that start so. */
  readonly pattern: string;
  /** The chain of all that start so; undefined when `pattern` is one interface. */
  readonly chain?: string;
}

/** Chains of a tree besides its root, in which what is none of the interfaces comes to the end. */
export const branchesOf = (steps: readonly InterfaceStep[]): readonly string[] =>
  steps.flatMap(({ chain }) => chain ?? []);

const MOST_IN_CHAIN = 8;

/** A tree over the interfaces' names, of which no chain is longer than there are characters. */
export function interfaceTree(
  root: string,
  prefixOfChains: string,
  names: readonly string[],
): readonly InterfaceStep[] {
  return stepsOf(root, prefixOfChains, '', [...names].sort());
}

function stepsOf(inChain: string, chains: string, start: string, names: readonly string[]): InterfaceStep[] {
  if (names.length <= MOST_IN_CHAIN) return names.map((pattern) => ({ inChain, pattern }));
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const key = name.slice(0, start.length + 1);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [name]);
    else group.push(name);
  }
  return [...groups].flatMap(([key, members]) => {
    const [only, ...more] = members;
    if (only !== undefined && (more.length === 0 || key === start)) return [{ inChain, pattern: only }];
    const shared = sharedStart(members);
    const chain = `${chains}${shared}`;
    return [{ inChain, pattern: `${shared}+`, chain }, ...stepsOf(chain, chains, shared, members)];
  });
}

function sharedStart(sorted: readonly string[]): string {
  const [first = ''] = sorted;
  const last = sorted.at(-1) ?? '';
  let length = 0;
  while (length < first.length && first[length] === last[length]) length += 1;
  return first.slice(0, length);
}
