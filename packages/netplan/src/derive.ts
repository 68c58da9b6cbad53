import { NetplanError } from './errors.ts';
import { macAddress } from './mac.ts';
import { type AddressRange, ipv4Text, ipv6Text, parseIpv4Range, parseIpv6Range } from './range.ts';
import { tapName } from './tap.ts';
import { assertVmid, vmidMax } from './vmid.ts';

/** The ranges that guests' subnets are cut from. */
export interface GuestRanges {
  /** For example `172.16.0.0/12`. */
  readonly ipv4: string;
  /** Length of each guest's IPv4 prefix, 24 to 31. */
  readonly prefix: number;
  /** For example `fd00:61::/48`; each guest gets a /64 of it. */
  readonly ipv6?: string;
}

/** One guest's subnet and the two addresses in use there, in canonical text. */
export interface Subnet {
  /** `172.16.65.0/24` */
  readonly cidr: string;
  readonly prefix: number;
  /** The guest's own address: `172.16.65.1`. */
  readonly guest: string;
  /** The host's address on the tap, the guest's gateway: `172.16.65.254`. */
  readonly host: string;
}

/** All that follows from a VMID. */
export interface GuestNet {
  readonly vmid: number;
  /** The tap on the host: `tun65`. */
  readonly tap: string;
  /** The MAC address of the guest's first card: `52:54:00:61:65:01`. */
  readonly mac: string;
  /** TCP port of QEMU's VNC server: 5965. */
  readonly vncPort: number;
  /** The terminal of QEMU's console: `/dev/pts/65`. */
  readonly console: string;
  readonly ipv4: Subnet;
  readonly ipv6?: Subnet;
}

/**
 * Derives a guest's network from its VMID.
 *
 * @param vmid 1 to 4095
 * @throws NetplanError `invalid-vmid`, `invalid-range`; `range-too-small` when the VMID's subnet is not in a range
 */
export function deriveGuestNet(vmid: number, ranges: GuestRanges): GuestNet {
  return guestNetDeriver(ranges)(vmid);
}

/**
 * {@link deriveGuestNet} for many guests: reads the ranges once.
 *
 * @throws NetplanError `invalid-range`; what it returns throws the others
 */
export function guestNetDeriver(ranges: GuestRanges): (vmid: number) => GuestNet {
  const { ipv4, prefix, ipv6 } = ranges;
  if (!Number.isInteger(prefix) || prefix < 24 || prefix > 31)
    throw new NetplanError('invalid-range', `guests' prefix length ${prefix} is not a whole number from 24 to 31`);
  const range4 = parseIpv4Range(ipv4);
  const range6 = ipv6 === undefined ? undefined : parseIpv6Range(ipv6);
  return (vmid) => {
    assertVmid(vmid);
    const net = {
      vmid,
      tap: tapName(vmid),
      mac: macAddress(vmid),
      vncPort: 5900 + vmid,
      console: `/dev/pts/${vmid}`,
      ipv4: ipv4Subnet(vmid, range4, prefix),
    };
    return range6 === undefined ? net : { ...net, ipv6: ipv6Subnet(vmid, range6) };
  };
}

/** The largest VMID that has a subnet in all ranges; 0 when none has. Takes ranges that {@link deriveGuestNet} accepts. */
export function largestVmid({ ipv4, prefix, ipv6 }: GuestRanges): number {
  const inIpv6 = ipv6 === undefined ? vmidMax : largestInIpv6(parseIpv6Range(ipv6));
  return Math.min(vmidMax, largestInIpv4(parseIpv4Range(ipv4), prefix), inIpv6);
}

function ipv4Subnet(vmid: number, range: AddressRange, prefix: number): Subnet {
  const largest = largestInIpv4(range, prefix);
  if (vmid > largest)
    throw tooSmall(vmid, `${ipv4Text(range.first)}/${range.prefix}, split into /${prefix} subnets,`, largest);
  const size = 2 ** (32 - prefix);
  const network = range.first + BigInt(vmid * size);
  // A /31 has neither network nor broadcast address (RFC 3021).
  const [guest, host] = prefix === 31 ? [0n, 1n] : [1n, BigInt(size - 2)];
  return {
    cidr: `${ipv4Text(network)}/${prefix}`,
    prefix,
    guest: ipv4Text(network + guest),
    host: ipv4Text(network + host),
  };
}

function ipv6Subnet(vmid: number, range: AddressRange): Subnet {
  const largest = largestInIpv6(range);
  if (vmid > largest) throw tooSmall(vmid, `${ipv6Text(range.first)}/${range.prefix}`, largest);
  // The decimal digits, read as hexadecimal: people look for the 65 in fd00:61:0:65::/64, not for a 41.
  const network = ipv6Text(range.first + (BigInt(`0x${vmid}`) << 64n));
  // The network's text ends with `::`: its last four groups are zero, and no longer run of zeros stands before them.
  return { cidr: `${network}/64`, prefix: 64, guest: `${network}1`, host: `${network}254` };
}

const largestInIpv4 = (range: AddressRange, prefix: number): number => 2 ** Math.max(0, prefix - range.prefix) - 1;

/** The largest number whose decimal digits, read as hexadecimal, are less than 2^(64 - prefix): 99 for /56, 79 for /57. */
function largestInIpv6({ prefix }: AddressRange): number {
  const largest = (1n << BigInt(Math.max(0, 64 - prefix))) - 1n;
  return Number(largest.toString(16).replaceAll('f', '9'));
}

function tooSmall(vmid: number, range: string, largest: number): NetplanError {
  const fits = largest === 0 ? 'has room for no VMID' : `has room for VMIDs 1 to ${largest}`;
  return new NetplanError('range-too-small', `VMID ${vmid} does not fit: ${range} ${fits}; use a larger range`);
}
