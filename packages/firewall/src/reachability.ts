import { policyMentions } from './classes.ts';
import { Judge } from './judge.ts';
import { mergeMentions } from './mentions.ts';
import type { OpenRange } from './open-ranges.ts';
import { type Place, placesOf } from './places.ts';
import { policySteps } from './policy-steps.ts';
import type { ResolvedPolicy } from './resolved.ts';
import type { RulesetSteps } from './ruleset.ts';

export interface ReachCell {
  readonly from: string;
  readonly to: string;
  /** The same object in all cells where the same is open. */
  readonly open: readonly OpenRange[];
}

/**
 * Who may open a connection to whom, on what: from or to a guest or the host. Cells where nothing is open are left out.
 */
export interface Reachability {
  /** `anywhere` is what has no other name. */
  readonly zones: readonly string[];
  readonly cells: readonly ReachCell[];
}

/**
 * The matrix of guests, host, LAN, named machines and networks, and the rest of the world. A block stands there for its
 * addresses that have no name of their own. Places that nothing tells apart are judged once.
 *
 * @param time seconds since 1970: rows that have expired by then open nothing
 * @param ruleset asked instead of the policy: what a kernel lets through
 */
export function reachability(policy: ResolvedPolicy, time: number, ruleset?: RulesetSteps): Reachability {
  const mentions = mergeMentions([policyMentions(policy), ...(ruleset === undefined ? [] : [ruleset.mentions])]);
  const places = placesOf(policy, mentions);
  const judge = new Judge(policy, {
    steps: ruleset?.steps ?? policySteps(policy),
    time,
    protocols: mentions.protocols,
  });
  const destinations = places.map((place) => judge.destination(place));
  const opened = new Map<number, ReturnType<Judge['openFrom']>>();
  const cells: ReachCell[] = [];
  for (const from of places) {
    const source = judge.source(from);
    const open = opened.get(source.number) ?? judge.openFrom(source);
    opened.set(source.number, open);
    cells.push(...cellsOf(from, places, (index) => open[destinations[index] ?? 0] ?? []));
  }
  return { zones: places.map(({ name }) => name), cells };
}

function cellsOf(from: Place, places: readonly Place[], openTo: (index: number) => readonly OpenRange[]): ReachCell[] {
  const cells: ReachCell[] = [];
  places.forEach((to, index) => {
    if (to === from || (from.kind === 'other' && to.kind === 'other')) return;
    const open = openTo(index);
    if (open.length > 0) cells.push({ from: from.name, to: to.name, open });
  });
  return cells;
}
