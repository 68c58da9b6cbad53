import type { PolicyAction } from './model.ts';
import type { Packet } from './packet.ts';
import { PROTOCOLS } from './protocols.ts';

/** A ruleset as a kernel holds it, ready to be asked about packets. */
export interface Ruleset {
  /** `nft`, or `iptables` for both families of it. */
  readonly backEnd: string;
  /** What becomes of a packet. Rules with a rate limit are taken to be below it. */
  decide(packet: Packet): RulesetVerdict;
  /** All addresses, blocks, ports, protocols, ICMP types, times and interfaces that its rules tell apart. */
  readonly mentions: Mentions;
}

export interface RulesetVerdict {
  readonly action: PolicyAction;
  /** The comment of the rule that decided; empty when it has none or a chain ended. */
  readonly rule: string;
}

/** What a policy or a ruleset tells apart: packets that it names alike get the same verdict. */
export interface Mentions {
  /** As {@link parsePrefix} reads them. */
  readonly blocks: ReadonlySet<string>;
  /** The first port of each range, and the one after its last. */
  readonly ports: ReadonlySet<number>;
  readonly protocols: ReadonlySet<number>;
  readonly icmpTypes: ReadonlySet<number>;
  readonly times: ReadonlySet<number>;
}

export interface GrowingMentions extends Mentions {
  readonly blocks: Set<string>;
  readonly ports: Set<number>;
  readonly protocols: Set<number>;
  readonly icmpTypes: Set<number>;
  readonly times: Set<number>;
}

export const noMentions = (): GrowingMentions => ({
  blocks: new Set(),
  ports: new Set(),
  protocols: new Set(PROTOCOLS.values()),
  icmpTypes: new Set(),
  times: new Set(),
});

/** One step of a chain: whether a packet matches, and then what. */
export interface ChainRule {
  readonly matches: (packet: Packet) => boolean;
  readonly outcome:
    | 'accept'
    | 'drop'
    | 'reject'
    | 'return'
    | 'continue'
    | { readonly jump: string }
    | { readonly goto: string };
  readonly comment: string;
}

/** Runs a packet through a chain and the chains it calls; undefined when it falls out at the end. */
export function runChain(
  chains: ReadonlyMap<string, readonly ChainRule[]>,
  name: string,
  packet: Packet,
): RulesetVerdict | undefined {
  for (const { matches, outcome, comment } of chains.get(name) ?? []) {
    if (outcome === 'continue' || !matches(packet)) continue;
    if (outcome === 'return') return undefined;
    if (typeof outcome === 'string') return { action: outcome, rule: comment };
    if ('goto' in outcome) return runChain(chains, outcome.goto, packet);
    const verdict = runChain(chains, outcome.jump, packet);
    if (verdict !== undefined) return verdict;
  }
  return undefined;
}

/** The hooks of the filter that a packet passes, in order. */
export function hooksOf({
  inInterface,
  outInterface,
}: Packet): readonly ('prerouting' | 'input' | 'forward' | 'output')[] {
  if (inInterface === undefined) return ['output'];
  return ['prerouting', outInterface === undefined ? 'input' : 'forward'];
}
