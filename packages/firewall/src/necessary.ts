import { type Prefix, parsePrefix } from './prefix.ts';

/**
 * ICMPv6 without which a link has no IPv6: multicast listener and neighbour discovery (RFC 4890, 4.4.1). Always accepted
 * between the host and its links, and never forwarded by the kernel.
 */
export const LINK_ICMPV6 = [130, 131, 132, 133, 134, 135, 136, 143];

/** Of these, what a guest may send from its link-local address or, before it has one, from `::`: no router advertisements. */
export const GUEST_LINK_ICMPV6 = [131, 132, 133, 135, 136, 143];

const blocks = (...texts: string[]): readonly Prefix[] => texts.flatMap((text) => parsePrefix(text) ?? []);

export const LINK_LOCAL = blocks('fe80::/10');

/** Sources on a link alone: link-local ones, and that of one that has no address yet. */
export const LINK_SOURCES = [...LINK_LOCAL, ...blocks('::')];

/** The port of the host's own DHCPv6 client (RFC 8415), whose answers belong to no connection: it asks a group. */
export const DHCPV6_CLIENT = 546;

/** IPv4 to all on a link. Of a guest the host takes none, and forwards none of anybody's. */
export const TO_ALL_IPV4 = blocks('224.0.0.0/4', '255.255.255.255');

/** Destinations that nobody forwards: who gets them, receives them. */
export const LINK_ONLY = [...TO_ALL_IPV4, ...blocks('fe80::/10', 'ff00::/8')];

/**
 * A guest asks for its neighbours from the link-local address that its MAC address gives (RFC 4291, appendix A), or from one of its own
 * choice (RFC 7217), of which the host takes no more than these: each makes an entry in its table of neighbours.
 */
export const OWN_NEIGHBOUR_RATE = { packets: 5, per: 'second', burst: 10 } as const;

/** `fe80::5054:ff:fe61:6501` for 52:54:00:61:65:01. */
export function linkLocalOf(mac: string): string {
  const [first = 0, ...rest] = mac.split(':').map((octet) => Number.parseInt(octet, 16));
  const octets = [first ^ 2, ...rest.slice(0, 2), 0xff, 0xfe, ...rest.slice(2)];
  const groups = [0, 2, 4, 6].map((at) => (((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0)).toString(16));
  return parsePrefix(`fe80:0:0:0:${groups.join(':')}`)?.text ?? '';
}
