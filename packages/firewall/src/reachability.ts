import { mergeMentions, policyMentions, representatives } from './classes.ts';
import { evaluator } from './evaluate.ts';
import { isInRanges } from './guest-networks.ts';
import { LINK_ICMPV6, LINK_LOCAL } from './necessary.ts';
import { routeOf } from './packet.ts';
import { type AddressFamily, covers, type Prefix, prefixOf } from './prefix.ts';
import { hasPorts, ICMP, ICMPV6, protocolName } from './protocols.ts';
import type { ResolvedPolicy } from './resolved.ts';
import type { Mentions, Ruleset } from './ruleset.ts';

/** Traffic of one family and protocol that is let through: ports, ICMP types, or 0 where there are none. */
export interface OpenRange {
  readonly family: AddressFamily;
  /** IP protocol number; undefined is all that nobody names. */
  readonly protocol?: number;
  readonly first: number;
  readonly last: number;
}

export interface ReachCell {
  readonly from: string;
  readonly to: string;
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

type Opens = (way: ReturnType<typeof routeOf>, content: Content) => boolean;

interface Place {
  readonly name: string;
  readonly addresses: readonly Prefix[];
}

/**
 * The matrix of guests, host, LAN, named machines and networks, and the rest of the world. A block stands there for its
 * addresses that have no name of their own.
 *
 * @param time seconds since 1970: rows that have expired by then open nothing
 * @param ruleset asked instead of the policy: what a kernel lets through
 */
export function reachability(policy: ResolvedPolicy, time: number, ruleset?: Ruleset): Reachability {
  const decide = ruleset?.decide ?? evaluator(policy);
  const opens: Opens = (way, content) => decide({ ...way, ...content, state: 'new', time }).action === 'accept';
  const mentions = mergeMentions([policyMentions(policy), ...(ruleset === undefined ? [] : [ruleset.mentions])]);
  const places = placesOf(policy, mentions);
  const isJudged = ({ name }: Place): boolean => name === 'host' || policy.guests.some((guest) => guest.name === name);
  const cells = places.flatMap((from) =>
    places
      .filter((to) => to !== from && (isJudged(from) || isJudged(to)))
      .map((to) => ({
        from: from.name,
        to: to.name,
        open: openBetween(waysBetween(policy, from, to), mentions, opens),
      })),
  );
  return { zones: places.map(({ name }) => name), cells: cells.filter(({ open }) => open.length > 0) };
}

/** Groups and `guests` are their members, which are there themselves. */
function placesOf(policy: ResolvedPolicy, mentions: Mentions): Place[] {
  const { zones, guests, guestByAddress } = policy;
  const guestNames = new Set(guests.map(({ name }) => name));
  const known = [...zones].filter(
    ([name, blocks]) =>
      name === 'host' || guestNames.has(name) || !blocks.every(({ text }) => guestByAddress.has(text)),
  );
  const all = ([4, 6] as const).flatMap((family) => representatives(mentions.blocks, family));
  return known
    .map(([name, blocks]) => ({
      name,
      addresses: ([4, 6] as const).flatMap((family) =>
        name === 'host'
          ? hostAddress(policy, family)
          : ownAddress(
              blocks,
              family,
              all,
              known.map(([, each]) => each),
            ),
      ),
    }))
    .filter(({ addresses }) => addresses.length > 0);
}

/** One that others reach; of a host without a known IPv6 address, one that every interface has. */
function hostAddress(policy: ResolvedPolicy, family: AddressFamily): Prefix[] {
  const own = policy.host.addresses.filter((address) => address.family === family);
  const known = own.find((address) => !isInRanges(policy.guestNetworks, address)) ?? own[0];
  if (known !== undefined) return [known];
  return family === 6 ? LINK_LOCAL.map(({ first }) => prefixOf(first + 1n, 6)) : [];
}

/** The address of a zone that lies in the fewest other zones. */
function ownAddress(
  blocks: readonly Prefix[],
  family: AddressFamily,
  all: readonly Prefix[],
  zones: readonly (readonly Prefix[])[],
): Prefix[] {
  let best: { address: Prefix; times: number } | undefined;
  for (const address of all) {
    if (address.family !== family || !blocks.some((block) => covers(block, address))) continue;
    const times = zones.filter((zone) => zone.some((block) => covers(block, address))).length;
    if (best === undefined || times < best.times) best = { address, times };
  }
  return best === undefined ? [] : [best.address];
}

/** Of each family, how a packet between two places goes. What is to or from the host is so by whichever of its addresses. */
function waysBetween(policy: ResolvedPolicy, from: Place, to: Place): ReturnType<typeof routeOf>[] {
  return from.addresses.flatMap((source) =>
    to.addresses
      .filter(({ family }) => family === source.family)
      .map((destination) => {
        const { inInterface, outInterface, mac, ...ends } = routeOf(policy, source, destination);
        return {
          ...ends,
          ...(from.name !== 'host' && inInterface !== undefined && { inInterface, ...(mac !== undefined && { mac }) }),
          ...(to.name !== 'host' && outInterface !== undefined && { outInterface }),
        };
      }),
  );
}

function openBetween(ways: readonly ReturnType<typeof routeOf>[], mentions: Mentions, opens: Opens): OpenRange[] {
  return ways.flatMap((way) => {
    const { family } = way.from;
    return protocolsOf(mentions, family).flatMap((protocol) =>
      openRanges(family, protocol, mentions, (content) => opens(way, content)),
    );
  });
}

const UNNAMED = 253;

const protocolsOf = ({ protocols }: Mentions, family: AddressFamily): number[] =>
  [...protocols, UNNAMED].filter((protocol) => protocol !== (family === 4 ? ICMPV6 : ICMP));

type Content = { readonly protocol: number; readonly port?: number; readonly icmpType?: number };

function openRanges(
  family: AddressFamily,
  protocol: number,
  mentions: Mentions,
  opens: (content: Content) => boolean,
): OpenRange[] {
  const isIcmp = protocol === ICMP || protocol === ICMPV6;
  if (!hasPorts(protocol) && !isIcmp) {
    const named = protocol === UNNAMED ? {} : { protocol };
    return opens({ protocol }) ? [{ family, ...named, first: 0, last: 0 }] : [];
  }
  const most = isIcmp ? 255 : 65535;
  const starts = isIcmp ? icmpStarts(protocol, mentions) : [...mentions.ports];
  const sorted = [...new Set([0, ...starts])].filter((start) => start <= most).sort((a, b) => a - b);
  const ranges = sorted.map((first, index) => ({ family, protocol, first, last: (sorted[index + 1] ?? most + 1) - 1 }));
  return joined(ranges.filter(({ first }) => opens({ protocol, ...(isIcmp ? { icmpType: first } : { port: first }) })));
}

/** What links need is open whatever the policy says, and opens nothing. */
const icmpStarts = (protocol: number, { icmpTypes }: Mentions): number[] =>
  [...icmpTypes].flatMap((type) => [type, type + 1]).filter((type) => protocol === ICMP || !LINK_ICMPV6.includes(type));

function joined(sorted: readonly OpenRange[]): OpenRange[] {
  const ranges: OpenRange[] = [];
  for (const range of sorted) {
    const before = ranges.at(-1);
    if (before?.last === range.first - 1) ranges[ranges.length - 1] = { ...before, last: range.last };
    else ranges.push(range);
  }
  return ranges;
}

/** `tcp/22`, `tcp/22 (IPv4)` when IPv6 has it not, `any` for everything. */
export function openText(open: readonly OpenRange[]): string[] {
  const byText = new Map<string, AddressFamily[]>();
  for (const family of [4, 6] as const) {
    const own = open.filter((range) => range.family === family);
    const everything = own.some(({ protocol }) => protocol === undefined) && own.every(isWhole);
    for (const text of everything ? ['any'] : own.map(rangeText))
      byText.set(text, [...(byText.get(text) ?? []), family]);
  }
  return [...byText].map(([text, families]) =>
    families.length === 2 || text.startsWith('icmp') ? text : `${text} (IPv${families[0]})`,
  );
}

function isWhole({ protocol, first, last }: OpenRange): boolean {
  if (protocol === undefined) return true;
  if (hasPorts(protocol)) return first === 0 && last === 65535;
  return protocol === ICMP || protocol === ICMPV6 ? first === 0 && last === 255 : true;
}

function rangeText(range: OpenRange): string {
  const { protocol, first, last } = range;
  if (protocol === undefined) return 'other protocols';
  const name = protocolName(protocol);
  if (isWhole(range)) return name;
  return first === last ? `${name}/${first}` : `${name}/${first}-${last}`;
}
