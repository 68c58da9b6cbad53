import type { GuestNet } from './derive.ts';
import { NetplanError } from './errors.ts';
import { assertGuestName } from './guest-name.ts';
import { parseAddress } from './range.ts';

/** The way from the LAN to the guests. */
export interface Gateway {
  /** The host's address on the LAN: `192.168.100.1`. */
  readonly ipv4: string;
  /** The host's IPv6 address on the LAN, global or unique local. Without it there are no IPv6 routes. */
  readonly ipv6?: string;
  /** The LAN's own default gateway, `192.168.100.254`: DHCP must hand it out along with the routes. */
  readonly lanDefault?: string;
}

/** One route that the LAN's machines need. */
export interface Route {
  /** The guest's subnet: `172.16.65.0/24`. */
  readonly to: string;
  /** The host's address on the LAN: `192.168.100.1`. */
  readonly via: string;
  /** The guest's name, for comments. */
  readonly guest: string;
}

/**
 * The routes that machines of the LAN need to reach the guests, in order of VMID, IPv4 first.
 *
 * @throws NetplanError `invalid-gateway`, `invalid-guest`
 */
export function deriveRoutes(guests: readonly { name: string; net: GuestNet }[], gateway: Gateway): Route[] {
  checkGateway(gateway);
  const ordered = guests.toSorted((a, b) => a.net.vmid - b.net.vmid);
  for (const { name } of ordered) assertGuestName(name);
  const ipv4 = ordered.map(({ name, net }) => ({ to: net.ipv4.cidr, via: gateway.ipv4, guest: name }));
  const via = gateway.ipv6;
  if (via === undefined) return ipv4;
  const ipv6 = ordered.flatMap(({ name, net }) => (net.ipv6 ? [{ to: net.ipv6.cidr, via, guest: name }] : []));
  return [...ipv4, ...ipv6];
}

function checkGateway({ ipv4, ipv6, lanDefault = ipv4 }: Gateway): void {
  for (const address of [ipv4, lanDefault])
    if (parseAddress(address, 4) === undefined)
      throw invalid(address, 'is not an IPv4 address; write it like 192.168.100.1');
  if (ipv6 === undefined) return;
  const address = parseAddress(ipv6, 6);
  if (address === undefined) throw invalid(ipv6, 'is not an IPv6 address; write it like fd00:100::1');
  if (address >> 118n === 0xfe80n >> 6n)
    throw invalid(ipv6, 'is link-local, and would need an interface beside it; use a global or unique local address');
}

const invalid = (address: string, problem: string): NetplanError =>
  new NetplanError('invalid-gateway', `gateway ${JSON.stringify(address)} ${problem}`);
