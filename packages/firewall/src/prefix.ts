/** 4 or 6. */
export type AddressFamily = 4 | 6;

/** One address, or a block of them; a single address has the whole length as its prefix. */
export interface Prefix {
  readonly family: AddressFamily;
  readonly first: bigint;
  readonly length: number;
  /** Canonical: `192.168.100.0/24`, or `192.168.100.2` for a single address. */
  readonly text: string;
}

/** How long an address is. */
export const bitsOf = (family: AddressFamily): number => (family === 4 ? 32 : 128);

/** Reads `192.168.100.2`, `192.168.100.0/24`, `fd00::1` or `fd00::/48`; undefined for anything else, host bits included. */
export function parsePrefix(text: string): Prefix | undefined {
  const match = /^([0-9a-f.:]{2,45})(?:\/([0-9]|[1-9][0-9]{1,2}))?$/i.exec(text);
  if (match === null) return undefined;
  const [, address = '', written] = match;
  const family = address.includes(':') ? 6 : 4;
  const first = family === 4 ? parseIpv4(address) : parseIpv6(address);
  const length = written === undefined ? bitsOf(family) : Number(written);
  if (first === undefined || length > bitsOf(family)) return undefined;
  return networkOf(first, family, length) === first ? prefixOf(first, family, length) : undefined;
}

export function prefixOf(first: bigint, family: AddressFamily, length = bitsOf(family)): Prefix {
  const text = family === 4 ? ipv4Text(first) : ipv6Text(first);
  return { family, first, length, text: length === bitsOf(family) ? text : `${text}/${length}` };
}

export const isSingle = (prefix: Prefix): boolean => prefix.length === bitsOf(prefix.family);

export const lastOf = ({ first, family, length }: Prefix): bigint =>
  first + (1n << BigInt(bitsOf(family) - length)) - 1n;

/** Whether all of `inner` lies in `outer`. */
export const covers = (outer: Prefix, inner: Prefix): boolean =>
  outer.family === inner.family &&
  outer.length <= inner.length &&
  outer.first >> BigInt(bitsOf(outer.family) - outer.length) ===
    inner.first >> BigInt(bitsOf(outer.family) - outer.length);

const networkOf = (address: bigint, family: AddressFamily, length: number): bigint => {
  const rest = BigInt(bitsOf(family) - length);
  return (address >> rest) << rest;
};

function parseIpv4(text: string): bigint | undefined {
  const octets = text.split('.');
  if (octets.length !== 4 || !octets.every((octet) => /^(0|[1-9][0-9]{0,2})$/.test(octet) && Number(octet) <= 255))
    return undefined;
  return octets.reduce((sum, octet) => (sum << 8n) | BigInt(octet), 0n);
}

function parseIpv6(text: string): bigint | undefined {
  const halves = text.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const [head = [], tail = []] = halves;
  const missing = 8 - head.length - tail.length;
  if (halves.length > 2 || (halves.length === 2 ? missing < 1 : missing !== 0)) return undefined;
  const groups = [...head, ...Array<string>(missing).fill('0'), ...tail];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

const ipv4Text = (address: bigint): string => [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 255n).join('.');

/** RFC 5952: the longest run of at least two zero groups is `::`. */
function ipv6Text(address: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((address >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  );
  let [start, longest] = [0, 1];
  for (let at = 0; at < 8; at += 1) {
    const end = groups.findIndex((group, index) => index >= at && group !== '0');
    const run = (end === -1 ? 8 : end) - at;
    if (run > longest) [start, longest] = [at, run];
  }
  if (longest < 2) return groups.join(':');
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + longest).join(':')}`;
}
