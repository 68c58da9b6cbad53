import type { Flow } from './flows.ts';
import { type GrowingMentions, type Mentions, mergeMentions, noMentions } from './mentions.ts';
import { DHCPV6_CLIENT, GUEST_LINK_ICMPV6, LINK_ICMPV6, LINK_ONLY, LINK_SOURCES } from './necessary.ts';
import type { ConnectionState, Packet } from './packet.ts';
import { routeOf } from './packet.ts';
import { type AddressFamily, isSingle, lastOf, type Prefix, parsePrefix, prefixOf } from './prefix.ts';
import { indexed } from './prefix-index.ts';
import { hasPorts, ICMP, ICMPV6 } from './protocols.ts';
import type { ResolvedPolicy } from './resolved.ts';

/** What a policy tells apart. */
export function policyMentions({ rows, zones, guestNetworks }: ResolvedPolicy): Mentions {
  const mentions = noMentions();
  for (const block of [...zones.values(), guestNetworks.ranges, LINK_ONLY].flat()) mentions.blocks.add(block.text);
  for (const port of [DHCPV6_CLIENT, DHCPV6_CLIENT + 1]) mentions.ports.add(port);
  for (const { flows, until } of rows) {
    if (until !== undefined) mentions.times.add(until);
    for (const flow of flows) mentionFlow(flow, mentions);
  }
  for (const type of LINK_ICMPV6) mentions.icmpTypes.add(type);
  return mentions;
}

function mentionFlow({ protocol, ports, icmpType }: Flow, mentions: GrowingMentions): void {
  if (protocol !== undefined) mentions.protocols.add(protocol);
  if (icmpType !== undefined) mentions.icmpTypes.add(icmpType);
  if (ports !== undefined) for (const port of [ports.first, ports.last + 1]) mentions.ports.add(port);
}

/** Destinations for which other states and ways in are tried with every content, and not with one. */
const MOST_FULL_DESTINATIONS = 8;

/**
 * Packets that stand for every other: whatever two packets of a class differ in, none of the mentions tells apart. New
 * packets from honest senders are tried in full; other states and ways in, in full towards eight destinations and with one
 * content towards the rest.
 */
export function* packetClasses(policy: ResolvedPolicy, all: readonly Mentions[]): Generator<Packet> {
  const mentions = mergeMentions(all);
  for (const family of [4, 6] as const) {
    const addresses = representatives(mentions.blocks, family);
    const contents = contentsOf(mentions, family);
    const moments = [0, ...mentions.times].flatMap((time) => contents.map((content) => ({ ...content, time })));
    for (const [index, to] of addresses.entries()) {
      const others = index < MOST_FULL_DESTINATIONS ? contents : contents.slice(0, 1);
      for (const routed of routesTo(policy, to, addresses)) {
        for (const content of moments) yield { ...routed, ...content, state: 'new' };
        yield* otherwise(policy, routed, others);
      }
    }
    yield* linkPackets(policy, family);
  }
}

type Routed = ReturnType<typeof routeOf>;

/** What the host sends to itself passes no rule but that of the loopback. */
const routesTo = (policy: ResolvedPolicy, to: Prefix, addresses: readonly Prefix[]): Routed[] =>
  addresses
    .map((from) => routeOf(policy, from, to))
    .filter(({ inInterface, outInterface }) => inInterface !== undefined || outInterface !== undefined);

/** Other states, and the ways that an honest packet does not take. */
function* otherwise(policy: ResolvedPolicy, routed: Routed, contents: readonly Content[]): Generator<Packet> {
  const ways = [routed, ...dishonestWays(policy, routed.inInterface).map((way) => ({ ...routed, ...way }))];
  for (const content of contents)
    for (const way of ways)
      for (const state of CONNECTION_STATES)
        if (way !== routed || state !== 'new') yield { ...way, ...content, state, time: 0 };
  yield* unknownWays(policy, routed, contents);
}

/** By an address of the host that the policy does not know, by a tap of no guest, or by a guest's wrong one. */
function* unknownWays(policy: ResolvedPolicy, routed: Routed, contents: readonly Content[]): Generator<Packet> {
  for (const content of contents)
    for (const way of hostsOwnWays(routed)) yield { ...way, ...content, state: 'new', time: 0 };
  // What goes by a wrong tap is dropped whatever it holds.
  for (const content of contents.slice(0, 1))
    for (const way of [...nobodysWay(policy, routed), ...wrongWaysOut(policy, routed)])
      for (const state of ['new', 'established'] as const) yield { ...way, ...content, state, time: 0 };
}

const CONNECTION_STATES: readonly ConnectionState[] = ['new', 'established', 'invalid'];

function dishonestWays(policy: ResolvedPolicy, honest: string | undefined): Pick<Packet, 'inInterface' | 'mac'>[] {
  if (honest === undefined) return [];
  const other = policy.guests.find(({ tap }) => tap !== honest);
  return [
    { inInterface: honest, mac: '02:00:00:00:00:02' },
    { inInterface: policy.host.uplink, mac: '02:00:00:00:00:01' },
    ...(other === undefined ? [] : [{ inInterface: other.tap, mac: other.mac }]),
  ];
}

/** Of a guest that has left the inventory and runs on. */
const nobodysTap = ({ guestNetworks }: ResolvedPolicy): string => `${guestNetworks.taps}99999`;

const nobodysWay = (policy: ResolvedPolicy, routed: Routed): Routed[] =>
  routed.inInterface === undefined ? [] : [{ ...routed, inInterface: nobodysTap(policy), mac: '02:00:00:00:00:03' }];

/** By the tap of another guest, or of none. */
function wrongWaysOut(policy: ResolvedPolicy, routed: Routed): Routed[] {
  const { outInterface } = routed;
  if (outInterface === undefined) return [];
  const other = policy.guests.find(({ tap }) => tap !== outInterface);
  return [nobodysTap(policy), policy.host.uplink, ...(other === undefined ? [] : [other.tap])]
    .filter((wrong) => wrong !== outInterface)
    .map((wrong) => ({ ...routed, outInterface: wrong }));
}

/** Received or sent by the host itself, with an address that it has besides those that are known. */
function hostsOwnWays({ inInterface, outInterface, mac, ...ends }: Routed): Routed[] {
  if (inInterface === undefined || outInterface === undefined) return [];
  return [
    { ...ends, inInterface, ...(mac !== undefined && { mac }) },
    { ...ends, outInterface },
  ];
}

/** Neighbour discovery between the host and its links, honest and not. */
function* linkPackets({ guests, host }: ResolvedPolicy, family: AddressFamily): Generator<Packet> {
  const to = parsePrefix('ff02::1');
  if (family === 4 || to === undefined) return;
  const ways = [
    ...guests.map(({ tap, mac }) => ({ inInterface: tap, mac })),
    ...guests.map(({ tap }) => ({ inInterface: tap, mac: '02:00:00:00:00:02' })),
    { inInterface: host.uplink, mac: '02:00:00:00:00:01' },
    ...guests.map(({ tap }) => ({ outInterface: tap })),
  ];
  const types = [...new Set([...LINK_ICMPV6, ...GUEST_LINK_ICMPV6, 128, 137])];
  for (const block of LINK_SOURCES)
    for (const way of ways)
      for (const icmpType of types)
        yield { from: prefixOf(block.first, 6), to, protocol: ICMPV6, icmpType, state: 'new', time: 0, ...way };
}

/** One address for each set of blocks that any address lies in: each block's first, and the one after its last. */
export function representatives(blocks: ReadonlySet<string>, family: AddressFamily): readonly Prefix[] {
  const known = [...blocks].flatMap((text) => parsePrefix(text) ?? []).filter((block) => block.family === family);
  const edge = 1n << (family === 4 ? 32n : 128n);
  const starts = new Set(known.flatMap((block) => [block.first, lastOf(block) + 1n]).filter((start) => start < edge));
  starts.add(0n);
  const wide = indexed(known.filter((block) => !isSingle(block)));
  const singles = new Set(known.filter(isSingle).map(({ text }) => text));
  const classes = new Map<string, Prefix>();
  for (const start of starts) {
    const address = prefixOf(start, family);
    const inside = [...wide.covering(address)].map(({ text }) => text);
    const name = singles.has(address.text) ? address.text : inside.join();
    if (!classes.has(name)) classes.set(name, address);
  }
  return [...classes.values()];
}

type Content = Pick<Packet, 'protocol' | 'port' | 'icmpType'>;

function contentsOf({ ports, protocols, icmpTypes }: Mentions, family: AddressFamily): readonly Content[] {
  const unnamed = Array.from({ length: 256 }, (_, number) => number).find(
    (number) => number > 0 && !protocols.has(number),
  );
  const foreign = family === 4 ? ICMPV6 : ICMP;
  return [...protocols, ...(unnamed === undefined ? [] : [unnamed])].flatMap((protocol): Content[] => {
    if (protocol === foreign) return [];
    if (hasPorts(protocol)) return [...new Set([0, ...ports])].map((port) => ({ protocol, port }));
    if (protocol !== ICMP && protocol !== ICMPV6) return [{ protocol }];
    return [...new Set([...icmpTypes, 254])].map((icmpType) => ({ protocol, icmpType }));
  });
}
