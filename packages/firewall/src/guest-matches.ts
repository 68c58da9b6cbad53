import { isGuestTap } from './guest-networks.ts';
import { type AddressFamily, lastOf, type Prefix, parsePrefix } from './prefix.ts';

/** What a rule compares, as libnftables-json(5) has it. */
export interface Match {
  readonly op: string;
  readonly left: {
    readonly meta?: { readonly key: string };
    readonly ct?: { readonly key: string };
    readonly payload?: { readonly field?: string };
    readonly fib?: unknown;
  };
  readonly right: unknown;
}

/** By what guests are known in rules of others. */
export interface GuestSigns {
  /** What taps' names begin with: `tun`. */
  readonly taps: string;
  /** `eth0` */
  readonly uplink: string;
  /** Addresses that are kept for guests. */
  readonly ranges: readonly Prefix[];
}

/** From or to which interface a rule is: by name, or by the number that the name had. */
export const sideOf = (match: Match | undefined): 'iifname' | 'oifname' | undefined => {
  const key = match?.left.meta?.key;
  if (key === 'iifname' || key === 'iif') return 'iifname';
  return key === 'oifname' || key === 'oif' ? 'oifname' : undefined;
};

const isPositive = ({ op }: Match): boolean => op === '==' || op === 'in';

/** Names as they stand on the right: one, or some. */
export const namesOf = (right: unknown): string[] =>
  valuesOf(right).flatMap((name) => (typeof name === 'string' ? [name] : []));

export const isTapName = (name: string, taps: string): boolean =>
  isGuestTap(taps, name) || (name.endsWith('*') && meetsTaps(name, taps));

const meetsTaps = (pattern: string, taps: string): boolean => {
  const start = pattern.slice(0, -1);
  return start.startsWith(taps) || taps.startsWith(start);
};

/** Whether these matches of one rule pick guests out: by a tap, or an address of theirs. From the uplink no guest sends. */
export function namesGuest(matches: readonly Match[], { taps, uplink, ranges }: GuestSigns): boolean {
  const fromUplink = matches.some(
    (match) => sideOf(match) === 'iifname' && isPositive(match) && namesOf(match.right).includes(uplink),
  );
  return matches.filter(isPositive).some((match) => {
    if (sideOf(match) !== undefined) return namesOf(match.right).some((name) => isTapName(name, taps));
    const end = endOf(match);
    return end !== undefined && !(end === 'saddr' && fromUplink) && meetsRanges(match.right, ranges);
  });
}

/** Whether a match leaves only what goes to the host itself, or to an address that is no guest's. */
export const isToOthers = (match: Match, { ranges }: GuestSigns): boolean =>
  match.left.fib !== undefined || (endOf(match) === 'daddr' && isPositive(match) && !meetsRanges(match.right, ranges));

const endOf = ({ left }: Match): 'saddr' | 'daddr' | undefined =>
  (['saddr', 'daddr'] as const).find((end) => left.payload?.field?.startsWith(end));

const meetsRanges = (right: unknown, ranges: readonly Prefix[]): boolean =>
  spansOf(right).some((span) =>
    ranges.some((range) => range.family === span.family && range.first <= span.last && span.first <= lastOf(range)),
  );

interface Span {
  readonly family: AddressFamily;
  readonly first: bigint;
  readonly last: bigint;
}

/** Addresses as they stand on the right; none of a named set, whose elements are not known here. */
const spansOf = (right: unknown): readonly Span[] =>
  valuesOf(right).flatMap((value): Span[] => {
    const [from, to] = endsOf(value).map((text) => parsePrefix(text));
    return from === undefined ? [] : [{ family: from.family, first: from.first, last: lastOf(to ?? from) }];
  });

function endsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  const { prefix, range } = value as { prefix?: { addr: string; len: number }; range?: readonly string[] };
  if (prefix !== undefined) return [`${prefix.addr}/${prefix.len}`];
  return Array.isArray(range) ? range.map(String) : [];
}

function valuesOf(right: unknown): readonly unknown[] {
  const set = typeof right === 'object' && right !== null && 'set' in right ? right.set : right;
  return (Array.isArray(set) ? set : [set]).map((value) =>
    typeof value === 'object' && value !== null && 'elem' in value
      ? (value.elem as { val?: unknown } | null)?.val
      : value,
  );
}
