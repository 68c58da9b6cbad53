import { policyMentions } from './classes.ts';
import { nearest } from './did-you-mean.ts';
import { FirewallError } from './errors.ts';
import { type Flow, flowIsOf } from './flows.ts';
import type { OpenRange } from './open-ranges.ts';
import { type QuestionContext, serviceAsked } from './question.ts';
import type { Reachability } from './reachability.ts';

/** What of a matrix is asked about; what is absent is not narrowed. */
export interface ReachQuestion {
  /** Names of the matrix, of groups, or `guests`. */
  readonly from?: readonly string[] | undefined;
  readonly to?: readonly string[] | undefined;
  /** Services' names, or as `tcp/22`. */
  readonly services?: readonly string[] | undefined;
}

/**
 * The part of a matrix that is asked about: of open ports, only those of the services.
 *
 * @throws FirewallError `invalid-question` for names that are not known
 */
export function narrowReachability(
  { zones, cells }: Reachability,
  context: QuestionContext,
  { from, to, services }: ReachQuestion,
): Reachability {
  const [sources, destinations] = [from, to].map((names) => names && placesNamed(names, zones, context));
  const flows = services?.flatMap((service) => serviceAsked(context, service));
  const apart = new Set(policyMentions(context.policy).protocols);
  // What is open is the same object in many cells.
  const narrowed = new Map<readonly OpenRange[], readonly OpenRange[]>();
  const openOf = (open: readonly OpenRange[]): readonly OpenRange[] => {
    if (flows === undefined) return open;
    const known = narrowed.get(open) ?? open.flatMap((range) => commonRanges(range, flows, apart));
    narrowed.set(open, known);
    return known;
  };
  return {
    zones: zones.filter((zone) => (sources?.has(zone) ?? true) || (destinations?.has(zone) ?? true)),
    cells: cells
      .filter((cell) => (sources?.has(cell.from) ?? true) && (destinations?.has(cell.to) ?? true))
      .map((cell) => ({ ...cell, open: openOf(cell.open) }))
      .filter(({ open }) => open.length > 0),
  };
}

/** A group, and `guests`, are the guests that are in it. */
function placesNamed(
  names: readonly string[],
  places: readonly string[],
  { policy }: QuestionContext,
): ReadonlySet<string> {
  const known = new Set(places);
  return new Set(
    names.flatMap((name) => {
      if (known.has(name)) return [name];
      const blocks = policy.zones.get(name);
      const members = blocks?.map(({ text }) => policy.guestByAddress.get(text)?.name);
      if (members?.every((each) => each !== undefined)) return members;
      const meant = nearest(name, [...places, ...policy.zones.keys()]);
      const remedy = meant === undefined ? 'A name of the inventory is wanted.' : `Did you mean ${meant}?`;
      throw new FirewallError('invalid-question', `There is no zone "${name}" in the matrix. ${remedy}`);
    }),
  );
}

/** What a range has in common with flows, each port once. @param apart protocols that have ranges of their own */
function commonRanges(range: OpenRange, flows: readonly Flow[], apart: ReadonlySet<number>): OpenRange[] {
  const common = flows
    .filter((flow) => flowIsOf(flow, range.family))
    .flatMap((flow): OpenRange[] => {
      if (flow.protocol === undefined) return [range];
      // What is of no protocol by name is all the others'.
      if (range.protocol === undefined) return apart.has(flow.protocol) ? [] : [{ ...range, protocol: flow.protocol }];
      if (range.protocol !== flow.protocol) return [];
      const { first, last } = flow.ports ?? { first: flow.icmpType ?? range.first, last: flow.icmpType ?? range.last };
      const both = { ...range, first: Math.max(first, range.first), last: Math.min(last, range.last) };
      return both.first > both.last ? [] : [both];
    });
  return [...new Map(common.map((each) => [JSON.stringify(each), each])).values()];
}
