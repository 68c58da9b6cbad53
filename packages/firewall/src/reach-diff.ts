import { type OpenRange, openText } from './open-ranges.ts';
import { PROTOCOLS } from './protocols.ts';
import type { Reachability, ReachCell } from './reachability.ts';

/** What becomes reachable and what ceases to be. */
export interface ReachDiff {
  readonly opens: readonly ReachCell[];
  readonly closes: readonly ReachCell[];
}

export function diffReachability(before: Reachability, after: Reachability): ReachDiff {
  return { opens: cellsWithout(after, before), closes: cellsWithout(before, after) };
}

/** `opens: lan -> db: tcp/5432` and `closes: ...`, a line for each cell; empty when nothing changes. */
export function renderReachDiff({ opens, closes }: ReachDiff): string {
  const line =
    (word: string) =>
    ({ from, to, open }: ReachCell) =>
      `${word}: ${from} -> ${to}: ${openText(open).join(', ')}\n`;
  return [...opens.map(line('opens')), ...closes.map(line('closes'))].join('');
}

function cellsWithout(some: Reachability, others: Reachability): ReachCell[] {
  const known = new Map<string, Map<string, readonly OpenRange[]>>();
  for (const { from, to, open } of others.cells) known.set(from, (known.get(from) ?? new Map()).set(to, open));
  const rest = new Map<readonly OpenRange[], Map<readonly OpenRange[], readonly OpenRange[]>>();
  return some.cells.flatMap(({ from, to, open }): ReachCell | [] => {
    const before = known.get(from)?.get(to) ?? NOTHING;
    const byBefore = rest.get(open) ?? new Map<readonly OpenRange[], readonly OpenRange[]>();
    const left = byBefore.get(before) ?? open.flatMap((range) => without(range, before));
    rest.set(open, byBefore.set(before, left));
    return left.length === 0 ? [] : { from, to, open: left };
  });
}

const NOTHING: readonly OpenRange[] = [];

/** What is left of a range without others of its family and protocol. What has no name on the other side is among its unnamed. */
function without(range: OpenRange, others: readonly OpenRange[]): OpenRange[] {
  const own = others.filter(({ family }) => family === range.family);
  const named = own.filter(({ protocol }) => protocol === range.protocol);
  const same = named.length > 0 || !isUncommon(range) ? named : own.filter(({ protocol }) => protocol === undefined);
  return same.reduce<OpenRange[]>(
    (left, other) =>
      left.flatMap((each) => [
        ...(each.first < other.first ? [{ ...each, last: Math.min(each.last, other.first - 1) }] : []),
        ...(each.last > other.last ? [{ ...each, first: Math.max(each.first, other.last + 1) }] : []),
      ]),
    [range],
  );
}

/** Matrices name each of the common protocols, and of the others those that a row names. */
const isUncommon = ({ protocol }: OpenRange): boolean =>
  protocol !== undefined && ![...PROTOCOLS.values()].includes(protocol);
