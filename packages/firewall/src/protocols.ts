/** IP protocol numbers under the names that nft, iptables and /etc/protocols print (IANA, "Protocol Numbers"). */
export const PROTOCOLS: ReadonlyMap<string, number> = new Map([
  ['tcp', 6],
  ['udp', 17],
  ['icmp', 1],
  ['igmp', 2],
  ['dccp', 33],
  ['gre', 47],
  ['esp', 50],
  ['ah', 51],
  ['icmpv6', 58],
  ['ospf', 89],
  ['vrrp', 112],
  ['sctp', 132],
  ['udplite', 136],
]);

export const TCP = 6;
export const UDP = 17;
export const ICMP = 1;
export const ICMPV6 = 58;

/**
 * ICMP types that connection tracking takes for the first of a connection; it calls the others invalid, unless they belong to
 * one (`valid_new` of nf_conntrack_proto_icmp.c and _icmpv6.c). Of ICMPv6, it does not track what a link needs (RFC 4890).
 */
const OPENING_TYPES: ReadonlyMap<number, readonly number[]> = new Map([
  [ICMP, [8, 13, 15, 17]],
  [ICMPV6, [128, 139]],
]);

/** Types of ICMP or ICMPv6 that open a connection; undefined for other protocols, of which every packet may. */
export const openingTypes = (protocol: number): readonly number[] | undefined => OPENING_TYPES.get(protocol);

const names = new Map([...PROTOCOLS].map(([name, number]) => [number, name]));

/** `tcp` for 6; `proto/200` for a protocol without a name here. */
export const protocolName = (protocol: number): string => names.get(protocol) ?? `proto/${protocol}`;

/** The protocols whose first four octets are two ports, and that `iptables -m multiport` and ipset both know. */
export const hasPorts = (protocol: number): boolean => protocol === TCP || protocol === UDP;
