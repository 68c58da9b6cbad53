import { FirewallError } from './errors.ts';
import { isGuestTap } from './guest-networks.ts';
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
  /** Hooks in which no rule marks what these tests match, so that the barrier lets none of it through that needs a mark from there. */
  readonly unmarked: readonly { readonly hook: Hook; readonly tests: readonly Test[] }[];
}

/** What {@link reachability} asks of a ruleset. */
export type RulesetSteps = Pick<Ruleset, 'steps' | 'mentions'>;

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
  /** Whether it sets a packet's mark. */
  readonly marks: boolean;
};

/** Whether a rule marks packets in some of these chains, or in one that they go on in. */
export function marksSomething(chains: ReadonlyMap<string, readonly NamedRule[]>, from: readonly string[]): boolean {
  const reached = new Set(from);
  for (const name of reached)
    for (const { outcome, marks } of chains.get(name) ?? []) {
      if (marks) return true;
      if (typeof outcome !== 'string') reached.add(outcome.to);
    }
  return false;
}

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

interface HookRules {
  readonly chainsOf: (hook: Hook) => readonly (readonly Step<string>[])[];
  /** What no rule of a hook marks: for each such part of all packets, what tells it apart. */
  readonly unmarkedIn: (hook: Hook) => readonly (readonly Test[])[];
}

/** What a kernel's rules say of packets: those of each hook in the order of their chains. The comment of a rule is what decides. */
export function rulesetOf(backEnd: string, mentions: Mentions, { chainsOf, unmarkedIn }: HookRules): Ruleset {
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
    unmarked: HOOKS.flatMap(([hook]) => unmarkedIn(hook).map((tests) => ({ hook, tests }))),
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

/**
 * A kernel's rules with the barrier of {@link renderBarrier} at the taps: where somebody has taken away what marks packets, nothing
 * passes a tap, whatever rules are left. What a rule of others lets through beside rules of ours that mark is taken to be marked.
 *
 * @param taps what taps' names begin with
 */
export function behindBarrier({ steps, mentions, unmarked }: Ruleset, taps: string): RulesetSteps {
  const comes = testOf('source', ({ inInterface }) => inInterface !== undefined && isGuestTap(taps, inInterface));
  const leaves = testOf(
    'destination',
    ({ outInterface }) => outInterface !== undefined && isGuestTap(taps, outInterface),
  );
  const needsMark: Partial<Record<Hook, readonly Test[]>> = {
    prerouting: [comes],
    forward: [isNotSent, leaves],
    output: [isSent, leaves],
  };
  const drops = unmarked.flatMap(({ hook, tests }): Step<string>[] => {
    const closed = needsMark[hook];
    return closed === undefined ? [] : [{ tests: [...tests, ...closed], outcome: 'drop', by: 'barrier' }];
  });
  return { steps: [...drops, ...steps], mentions };
}
