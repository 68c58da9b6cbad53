import { FirewallError } from './errors.ts';
import { LINK_ICMPV6, LINK_ONLY } from './necessary.ts';
import { covers, isSingle, lastOf, type Prefix, parsePrefix } from './prefix.ts';
import { ICMPV6, openingTypes } from './protocols.ts';
import type { ResolvedPolicy } from './resolved.ts';

/** What connection tracking says of a packet. */
export type ConnectionState = 'new' | 'established' | 'invalid';

/** A packet as the host sees it, after port forwards have been undone and before masquerading. */
export interface Packet {
  readonly from: Prefix;
  readonly to: Prefix;
  /** IP protocol number. */
  readonly protocol: number;
  /** Of TCP and UDP: the destination's port. */
  readonly port?: number;
  /** Where it was sent to, when a port forward has handed it on to a guest. */
  readonly sentTo?: { readonly to: Prefix; readonly port: number };
  readonly icmpType?: number;
  /** The interface it came in by; undefined when the host sends it. */
  readonly inInterface?: string;
  /** The interface it leaves by; undefined when the host receives it. */
  readonly outInterface?: string;
  /** The sender's MAC address on `inInterface`. */
  readonly mac?: string;
  readonly state: ConnectionState;
  /** Seconds since 1970. */
  readonly time: number;
}

export interface PacketOptions {
  readonly from: string;
  readonly to: string;
  readonly protocol: number;
  readonly port?: number;
  readonly icmpType?: number;
  /** `new` when it is not given; `invalid` for ICMP that opens no connection. */
  readonly state?: ConnectionState;
  /** Seconds since 1970; before every expiry when it is not given. */
  readonly time?: number;
}

const LAN_MAC = '02:00:00:00:00:01';

/**
 * A packet between two addresses, as an honest sender's arrives: by the tap and with the MAC address of the guest that has
 * the source, by the uplink otherwise.
 *
 * @throws FirewallError `invalid-packet` unless both are single addresses of one family
 */
export function makePacket(policy: ResolvedPolicy, options: PacketOptions): Packet {
  const { from, to, state = mayBeNew(options) ? 'new' : 'invalid', time = 0, ...rest } = options;
  const [source, destination] = [parsePrefix(from), parsePrefix(to)];
  if (!source || !destination || !isSingle(source) || !isSingle(destination) || source.family !== destination.family)
    throw new FirewallError('invalid-packet', `${from} and ${to} are not two addresses of one family`);
  return handedOn(policy, { ...rest, state, time, ...routeOf(policy, source, destination) });
}

/** Whether connection tracking can take it for the first of a connection: not so an ICMP reply or error. */
export function mayBeNew({ protocol, icmpType }: Pick<Packet, 'protocol' | 'icmpType'>): boolean {
  const opening = openingTypes(protocol);
  if (opening === undefined || icmpType === undefined) return true;
  return opening.includes(icmpType) || (protocol === ICMPV6 && LINK_ICMPV6.includes(icmpType));
}

/** As connection tracking sees it: what opens no connection is not new. */
export const asTracked = (packet: Packet): Packet =>
  packet.state === 'new' && !mayBeNew(packet) ? { ...packet, state: 'invalid' } : packet;

/** What comes to a port of the host that a forward gives to a guest, is that guest's. */
function handedOn(policy: ResolvedPolicy, packet: Packet): Packet {
  const { from, to, protocol, port, inInterface } = packet;
  if (inInterface === undefined || port === undefined || !isHost(policy, to)) return packet;
  const forward = policy.forwards.find(
    (each) =>
      each.protocol === protocol && each.hostPort === port && each.row.from.some((block) => covers(block, from)),
  );
  if (forward === undefined) return packet;
  const { guest, guestPort } = forward;
  return { ...packet, ...departureOf(policy, guest, false), port: guestPort, sentTo: { to, port } };
}

export type Arrival = Pick<Packet, 'from' | 'inInterface' | 'mac'>;
export type Departure = Pick<Packet, 'to' | 'outInterface'>;

/** Where a packet between two addresses comes in and leaves, when the source is honest. */
export const routeOf = (policy: ResolvedPolicy, from: Prefix, to: Prefix): Arrival & Departure => ({
  ...arrivalOf(policy, from),
  ...departureOf(policy, to, isHost(policy, from)),
});

export const isHost = ({ hostAddresses }: ResolvedPolicy, { text }: Prefix): boolean => hostAddresses.has(text);

/** Where what an honest source sends comes in; what the host sends comes in nowhere. */
export function arrivalOf(policy: ResolvedPolicy, from: Prefix): Arrival {
  if (isHost(policy, from)) return { from };
  const sender = policy.guestByAddress.get(from.text);
  return { from, inInterface: sender?.tap ?? policy.host.uplink, mac: sender?.mac ?? LAN_MAC };
}

/**
 * Where a packet leaves. What the host itself does not send, but others to its broadcast addresses, to groups and to
 * link-local addresses, it receives.
 */
export function departureOf(policy: ResolvedPolicy, to: Prefix, isSent: boolean): Departure {
  const isReceived =
    isHost(policy, to) || (!isSent && (LINK_ONLY.some((block) => covers(block, to)) || isBroadcast(policy, to)));
  return isReceived ? { to } : { to, outInterface: policy.guestByAddress.get(to.text)?.tap ?? policy.host.uplink };
}

/** Of a block of the LAN in which the host has an address. */
const isBroadcast = ({ zones, host }: ResolvedPolicy, to: Prefix): boolean =>
  to.family === 4 &&
  (zones.get('lan') ?? []).some(
    (block) =>
      !isSingle(block) && lastOf(block) === to.first && host.addresses.some((address) => covers(block, address)),
  );
