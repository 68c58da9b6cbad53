import { collapseIPv6Number, IPv4, IPv6 } from 'ip-num';
import { NetplanError } from './errors.ts';

/** A range of addresses: its first address as a number, and the length of its prefix. */
export interface AddressRange {
  readonly first: bigint;
  readonly prefix: number;
}

/**
 * Reads an IPv4 range such as `172.16.0.0/12`.
 *
 * @throws NetplanError `invalid-range` unless it is written canonically, with no host bits set, and unicast throughout.
 */
export function parseIpv4Range(text: string): AddressRange {
  const range = parseRange(text, 4);
  const firstOctet = range.first >> 24n;
  const lastOctet = (range.first + (1n << BigInt(32 - range.prefix)) - 1n) >> 24n;
  if (firstOctet < 1n || lastOctet > 223n || (firstOctet <= 127n && lastOctet >= 127n))
    throw invalid(text, 'holds addresses that no guest can have; use a private range such as 172.16.0.0/12');
  return range;
}

/**
 * Reads an IPv6 range such as `fd00:61::/48`.
 *
 * @throws NetplanError `invalid-range` unless no host bits are set and it is global unicast (2000::/3) or unique local (fc00::/7).
 */
export function parseIpv6Range(text: string): AddressRange {
  const range = parseRange(text, 6);
  const isGlobal = range.first >> 125n === 0b001n && range.prefix >= 3;
  const isUniqueLocal = range.first >> 121n === 0b1111110n && range.prefix >= 7;
  if (!isGlobal && !isUniqueLocal)
    throw invalid(text, 'holds addresses that no guest can have; use a unique local range such as fd00:61::/48');
  return range;
}

export function parseAddress(text: string, version: 4 | 6): bigint | undefined {
  if (!(version === 4 ? /^[0-9.]+$/ : /^[0-9a-f:]+$/i).test(text)) return undefined;
  try {
    const address = version === 4 ? IPv4.fromString(text) : IPv6.fromString(text);
    return version === 4 && address.toString() !== text ? undefined : address.getValue();
  } catch {
    return undefined;
  }
}

/** Dotted decimal. */
export const ipv4Text = (address: bigint): string => IPv4.fromNumber(address).toString();

/** The canonical text of RFC 5952. */
export const ipv6Text = (address: bigint): string => collapseIPv6Number(IPv6.fromBigInt(address).toString());

/** 255.255.255.0 for 24. */
export const ipv4Mask = (prefix: number): string => ipv4Text((0xffffffffn << BigInt(32 - prefix)) & 0xffffffffn);

function parseRange(text: string, version: 4 | 6): AddressRange {
  const bits = version === 4 ? 32 : 128;
  const example = version === 4 ? '172.16.0.0/12' : 'fd00:61::/48';
  const [, address = '', length = ''] = /^([0-9a-f.:]+)\/([1-9][0-9]{0,2})$/i.exec(text) ?? [];
  const first = parseAddress(address, version);
  const prefix = Number(length);
  if (first === undefined || prefix > bits)
    throw invalid(text, `is not an IPv${version} range; write it like ${example}`);
  const mask = ((1n << BigInt(prefix)) - 1n) << BigInt(bits - prefix);
  if ((first & mask) !== first) {
    const network = version === 4 ? ipv4Text(first & mask) : ipv6Text(first & mask);
    throw invalid(text, `does not start where a /${prefix} starts; did you mean ${network}/${prefix}?`);
  }
  return { first, prefix };
}

const invalid = (text: string, problem: string): NetplanError =>
  new NetplanError('invalid-range', `range ${JSON.stringify(text)} ${problem}`);
