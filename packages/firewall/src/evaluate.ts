import { type Flow, flowCovers } from './flows.ts';
import { isGuestTap, isInRanges } from './guest-networks.ts';
import type { PolicyAction } from './model.ts';
import { DHCPV6_CLIENT, GUEST_LINK_ICMPV6, LINK_ICMPV6, LINK_LOCAL, LINK_SOURCES, TO_ALL_IPV4 } from './necessary.ts';
import type { Packet } from './packet.ts';
import { covers, isSingle, type Prefix } from './prefix.ts';
import { ICMPV6, UDP } from './protocols.ts';
import type { ResolvedPolicy, ResolvedRow, RowScope } from './resolved.ts';

/** Why a packet is accepted or not, when no row decides. */
export type DefaultReason =
  /** A guest's tap with another's address or MAC address, or a guest's address from elsewhere. */
  | 'spoofed'
  /** To an address of the guests' ranges that no guest has, or by the tap of another. */
  | 'no-such-guest'
  | 'established'
  | 'link'
  | 'invalid'
  /** To or from a tap or an address of the guests' ranges, and no row opens it. */
  | 'closed'
  /** Neither to nor from a guest: left to others' rules. */
  | 'not-ours';

export interface Verdict {
  readonly action: PolicyAction;
  /** The row that decides, or the reason why none does. */
  readonly by: ResolvedRow | DefaultReason;
}

type Matcher = (packet: Packet, flow: Flow) => boolean;

/** What the policy says of a packet. Rows with a rate limit are taken to be below it. */
export function evaluate(policy: ResolvedPolicy, packet: Packet): Verdict {
  return evaluator(policy)(packet);
}

/** {@link evaluate} for many packets: reads the policy once. */
export function evaluator(policy: ResolvedPolicy): (packet: Packet) => Verdict {
  const rows = policy.rows.map((row) => ({ row, matches: rowMatcher(row) }));
  return (packet) => {
    const before = beforeRows(policy, packet);
    if (before !== undefined) return before;
    const flow = flowOf(packet);
    const decisive = rows.find(({ matches }) => matches(packet, flow))?.row;
    if (decisive !== undefined) return { action: decisive.action, by: decisive };
    return isFromGuests(policy, packet) || isToGuests(policy, packet)
      ? { action: 'drop', by: 'closed' }
      : { action: 'accept', by: 'not-ours' };
  };
}

/** What is decided whatever the rows say. */
function beforeRows(policy: ResolvedPolicy, packet: Packet): Verdict | undefined {
  if (isSpoofed(policy, packet)) return { action: 'drop', by: 'spoofed' };
  if (isLinkTraffic(packet)) return { action: 'accept', by: 'link' };
  if (goesAstray(policy, packet)) return { action: 'drop', by: 'no-such-guest' };
  if (packet.state === 'established') return { action: 'accept', by: 'established' };
  if (packet.state === 'invalid' && concernsGuests(policy, packet)) return { action: 'drop', by: 'invalid' };
  return isToAll(packet) && isFromGuests(policy, packet) ? { action: 'drop', by: 'closed' } : undefined;
}

const isTap = ({ guestNetworks }: ResolvedPolicy, name: string | undefined): boolean =>
  name !== undefined && isGuestTap(guestNetworks.taps, name);

const isFromGuests = (policy: ResolvedPolicy, { inInterface, from }: Packet): boolean =>
  inInterface !== undefined && (isTap(policy, inInterface) || isInRanges(policy.guestNetworks, from));

const isToGuests = (policy: ResolvedPolicy, { outInterface, to }: Packet): boolean =>
  outInterface !== undefined && (isTap(policy, outInterface) || isInRanges(policy.guestNetworks, to));

const concernsGuests = (policy: ResolvedPolicy, { inInterface, outInterface, from, to }: Packet): boolean =>
  [inInterface, outInterface].some((name) => isTap(policy, name)) ||
  [from, to].some((address) => isInRanges(policy.guestNetworks, address));

function isSpoofed(policy: ResolvedPolicy, packet: Packet): boolean {
  const { inInterface, mac, from } = packet;
  if (inInterface === undefined) return false;
  if (!isGuestTap(policy.guestNetworks.taps, inInterface))
    return policy.guestByAddress.has(from.text) || isBehindTap(policy, from);
  const guest = policy.guestByTap.get(inInterface);
  if (guest === undefined || mac !== guest.mac) return true;
  if (guest.addresses.some(({ text }) => text === from.text)) return false;
  return !(isIcmpv6(packet, GUEST_LINK_ICMPV6) && LINK_SOURCES.some((block) => covers(block, from)));
}

/** It leaves for where no guest of the policy is. */
function goesAstray(policy: ResolvedPolicy, { outInterface, to }: Packet): boolean {
  if (outInterface === undefined) return false;
  if (!isGuestTap(policy.guestNetworks.taps, outInterface)) return isBehindTap(policy, to);
  return policy.guestByAddress.get(to.text)?.tap !== outInterface;
}

const isBehindTap = ({ guestNetworks }: ResolvedPolicy, address: Prefix): boolean =>
  isInRanges(guestNetworks, address) && !guestNetworks.elsewhere.some((block) => covers(block, address));

const isToAll = ({ outInterface, to }: Packet): boolean =>
  outInterface === undefined && TO_ALL_IPV4.some((block) => covers(block, to));

const isIcmpv6 = ({ from, protocol, icmpType }: Packet, types: readonly number[]): boolean =>
  from.family === 6 && protocol === ICMPV6 && icmpType !== undefined && types.includes(icmpType);

const isLinkTraffic = (packet: Packet): boolean =>
  ((packet.inInterface === undefined || packet.outInterface === undefined) && isIcmpv6(packet, LINK_ICMPV6)) ||
  isDhcpv6Answer(packet);

const isDhcpv6Answer = ({ inInterface, outInterface, from, to, protocol, port }: Packet): boolean =>
  inInterface !== undefined &&
  outInterface === undefined &&
  protocol === UDP &&
  port === DHCPV6_CLIENT &&
  [from, to].every((address) => LINK_LOCAL.some((block) => covers(block, address)));

const SCOPES: Record<RowScope, (packet: Packet) => boolean> = {
  any: () => true,
  input: ({ outInterface }) => outInterface === undefined,
  output: ({ inInterface }) => inInterface === undefined,
  none: () => false,
};

function rowMatcher({ from, to, flows, until, scope }: ResolvedRow): Matcher {
  const inScope = SCOPES[scope];
  const fromMatches = zoneMatcher(from);
  const toMatches = zoneMatcher(to);
  return (packet, flow) =>
    inScope(packet) &&
    (until === undefined || packet.time < until) &&
    flows.some((each) => flowCovers(each, flow)) &&
    fromMatches(packet.from) &&
    toMatches(packet.to);
}

function zoneMatcher(zone: readonly Prefix[]): (address: Prefix) => boolean {
  const singles = new Set(zone.filter(isSingle).map(({ text }) => text));
  const blocks = zone.filter((prefix) => !isSingle(prefix));
  return (address) => singles.has(address.text) || blocks.some((block) => covers(block, address));
}

/** The narrowest flow a packet belongs to. */
const flowOf = ({ protocol, port, icmpType }: Packet): Flow => ({
  protocol,
  ...(port !== undefined && { ports: { first: port, last: port } }),
  ...(icmpType !== undefined && { icmpType }),
});
