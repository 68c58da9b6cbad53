import { type Flow, flowCovers } from './flows.ts';
import type { PolicyAction } from './model.ts';
import { GUEST_LINK_ICMPV6, LINK_ICMPV6, LINK_LOCAL } from './necessary.ts';
import type { Packet } from './packet.ts';
import { covers, isSingle, type Prefix } from './prefix.ts';
import { ICMPV6 } from './protocols.ts';
import type { ResolvedPolicy, ResolvedRow } from './resolved.ts';

/** Why a packet is accepted or not, when no row decides. */
export type DefaultReason =
  /** A guest's tap with another's address or MAC address, or a guest's address from elsewhere. */
  | 'spoofed'
  | 'established'
  | 'link'
  | 'invalid'
  /** To or from a guest, and no row opens it. */
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
  const closes = (name: string | undefined): boolean => name !== undefined && policy.guestByTap.has(name);
  return (packet) => {
    if (isSpoofed(policy, packet)) return { action: 'drop', by: 'spoofed' };
    if (packet.state === 'established') return { action: 'accept', by: 'established' };
    if (isLinkTraffic(packet)) return { action: 'accept', by: 'link' };
    const ours = closes(packet.inInterface) || closes(packet.outInterface);
    if (packet.state === 'invalid' && ours) return { action: 'drop', by: 'invalid' };
    const flow = flowOf(packet);
    const decisive = rows.find(({ matches }) => matches(packet, flow))?.row;
    if (decisive !== undefined) return { action: decisive.action, by: decisive };
    return ours ? { action: 'drop', by: 'closed' } : { action: 'accept', by: 'not-ours' };
  };
}

function isSpoofed(policy: ResolvedPolicy, packet: Packet): boolean {
  const { inInterface, mac, from } = packet;
  if (inInterface === undefined) return false;
  const guest = policy.guestByTap.get(inInterface);
  if (guest === undefined) return policy.guestByAddress.has(from.text);
  if (mac !== guest.mac) return true;
  if (guest.addresses.some(({ text }) => text === from.text)) return false;
  return !(isIcmpv6(packet, GUEST_LINK_ICMPV6) && LINK_LOCAL.some((block) => covers(block, from)));
}

const isIcmpv6 = ({ from, protocol, icmpType }: Packet, types: readonly number[]): boolean =>
  from.family === 6 && protocol === ICMPV6 && icmpType !== undefined && types.includes(icmpType);

const isLinkTraffic = (packet: Packet): boolean =>
  (packet.inInterface === undefined || packet.outInterface === undefined) && isIcmpv6(packet, LINK_ICMPV6);

function rowMatcher({ from, to, flows, until }: ResolvedRow): Matcher {
  const fromMatches = zoneMatcher(from);
  const toMatches = zoneMatcher(to);
  return (packet, flow) =>
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
