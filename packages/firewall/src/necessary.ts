import { parsePrefix } from './prefix.ts';

/**
 * ICMPv6 without which a link has no IPv6: multicast listener and neighbour discovery (RFC 4890, 4.4.1). Always accepted
 * between the host and its links, and never forwarded by the kernel.
 */
export const LINK_ICMPV6 = [130, 131, 132, 133, 134, 135, 136, 143];

/** Of these, what a guest may send from its link-local address or, before it has one, from `::`: no router advertisements. */
export const GUEST_LINK_ICMPV6 = [131, 132, 133, 135, 136, 143];

export const LINK_LOCAL = [parsePrefix('fe80::/10'), parsePrefix('::')].flatMap((prefix) => prefix ?? []);
