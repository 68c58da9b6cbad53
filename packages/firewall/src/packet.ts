import { FirewallError } from './errors.ts';
import { LINK_ONLY } from './necessary.ts';
import { covers, isSingle, lastOf, type Prefix, parsePrefix } from './prefix.ts';
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
  const { from, to, state = 'new', time = 0, ...rest } = options;
  const [source, destination] = [parsePrefix(from), parsePrefix(to)];
  if (!source || !destination || !isSingle(source) || !isSingle(destination) || source.family !== destination.family)
    throw new FirewallError('invalid-packet', `${from} and ${to} are not two addresses of one family`);
  return { ...rest, state, time, ...routeOf(policy, source, destination) };
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
