import { FirewallError } from './errors.ts';
import type { Mentions } from './mentions.ts';
import type { PolicyAction } from './model.ts';
import { asTracked, type Packet } from './packet.ts';
import { runSteps, type Step, type Test, testOf } from './steps.ts';

/** A ruleset as a kernel holds it, ready to be asked about packets. */
export interface Ruleset {
  /** `nft`, or `iptables` for both families of it. */
  readonly backEnd: string;
  /** What becomes of a packet. Rules with a rate limit are taken to be below it. */
  decide(packet: Packet): RulesetVerdict;
  /** The same in steps, each with its rule's comment; what comes to the end is accepted. */
  readonly steps: readonly Step<string>[];
  /** All addresses, blocks, ports, protocols, ICMP types, times and interfaces that its rules tell apart. */
  readonly mentions: Mentions;
}

export interface RulesetVerdict {
  readonly action: PolicyAction;
  /** The comment of the rule that decided; empty when it has none or a chain ended. */
  readonly rule: string;
}

/** A rule that may go on in another chain, by name. */
export type NamedRule = Omit<Step<string>, 'outcome'> & {
  readonly outcome:
    | Exclude<Step<string>['outcome'], object>
    | 'continue'
    | { readonly kind: 'jump' | 'goto'; readonly to: string };
};

/**
 * Chains by name, each with the chains that it goes on in.
 *
 * @throws FirewallError `unreadable-ruleset` when a chain comes back to itself, which no kernel takes
 */
export function linkChains(
  chains: ReadonlyMap<string, readonly NamedRule[]>,
): (name: string) => readonly Step<string>[] {
  const linked = new Map<string, readonly Step<string>[] | 'open'>();
  const link = (name: string): readonly Step<string>[] => {
    const known = linked.get(name);
    if (known === 'open') throw new FirewallError('unreadable-ruleset', `chain ${name} comes back to itself`);
    if (known !== undefined) return known;
    linked.set(name, 'open');
    const steps = (chains.get(name) ?? []).flatMap(({ tests, outcome, by }): Step<string>[] => {
      if (outcome === 'continue') return [];
      if (typeof outcome === 'string') return [{ tests, outcome, by }];
      return [{ tests, outcome: { kind: outcome.kind, steps: link(outcome.to) }, by }];
    });
    linked.set(name, steps);
    return steps;
  };
  return link;
}

/** What a kernel's rules say of packets: those of each hook in the order of their chains. The comment of a rule is what decides. */
export function rulesetOf(
  backEnd: string,
  mentions: Mentions,
  chainsOf: (hook: Hook) => readonly (readonly Step<string>[])[],
): Ruleset {
  const steps = HOOKS.flatMap(([hook, ...tests]) =>
    chainsOf(hook).map((chain, index, { length }): Step<string> => {
      const isLast = hook !== 'prerouting' && index === length - 1;
      return { tests, outcome: { kind: isLast ? 'jump' : 'hook', steps: chain }, by: '' };
    }),
  );
  return {
    backEnd,
    mentions,
    steps,
    decide(packet) {
      const { action, by } = runSteps(steps, asTracked(packet)) ?? { action: 'accept', by: '' };
      return { action, rule: by };
    },
  };
}

export type Hook = 'prerouting' | 'input' | 'forward' | 'output';

const isSent = testOf('source', ({ inInterface }) => inInterface === undefined);
const isNotSent = testOf('source', ({ inInterface }) => inInterface !== undefined);
const isReceived = testOf('destination', ({ outInterface }) => outInterface === undefined);
const isNotReceived = testOf('destination', ({ outInterface }) => outInterface !== undefined);

/** The hooks of the filter, in the order in which a packet passes them, and which packets do. */
const HOOKS: readonly (readonly [Hook, ...Test[]])[] = [
  ['prerouting', isNotSent],
  ['input', isNotSent, isReceived],
  ['forward', isNotSent, isNotReceived],
  ['output', isSent],
];
