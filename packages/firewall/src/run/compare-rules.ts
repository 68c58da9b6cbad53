/** Where the kernel's rules differ from the policy's, in the words of its own tools. */
export interface Drift {
  /** In the kernel and not the policy's, or not in its place: somebody else's change, or an older policy. */
  readonly foreign: readonly string[];
  /** The policy's and not in the kernel. */
  readonly missing: readonly string[];
}

/**
 * Compares two listings of `nft list table`, or of what is ours of iptables-save: line by line, and of each chain the order of its
 * rules, by which the first one decides.
 */
export function compareRules(live: readonly string[], wanted: readonly string[]): Drift {
  const foreign = without(live, wanted);
  const missing = without(wanted, live);
  return foreign.length + missing.length > 0 ? { foreign, missing } : { foreign: misplaced(live, wanted), missing };
}

/** Of each chain that has its rules in another order, the first that is not where it was. */
function misplaced(live: readonly string[], wanted: readonly string[]): string[] {
  const chains = byChain(wanted);
  return [...byChain(live)].flatMap(([chain, rules]) => {
    const first = rules.find((rule, index) => rule !== chains.get(chain)?.[index]);
    return first === undefined ? [] : [`not in its place: ${first}`];
  });
}

/** Rules in their order, by the chain of ours that they are in. */
function byChain(lines: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const chains = new Map<string, string[]>();
  let block: string | undefined;
  for (const line of lines) {
    const [, kind, name] = /^(chain|set|map|table) (\S+)/.exec(line) ?? [];
    if (kind !== undefined) block = kind === 'chain' ? name : undefined;
    const chain = block ?? /^-A (KVM-\S+)/.exec(line)?.[1];
    if (chain === undefined) continue;
    const rules = chains.get(chain);
    if (rules === undefined) chains.set(chain, [line]);
    else rules.push(line);
  }
  return chains;
}

/** Lines of one list that another has not as often. */
function without(some: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return some.filter((line) => {
    const times = left.get(line) ?? 0;
    left.set(line, times - 1);
    return times <= 0;
  });
}
