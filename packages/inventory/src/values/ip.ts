import { collapseIPv6Number, IPv4, IPv6 } from 'ip-num';

export interface Address {
  readonly family: 4 | 6;
  readonly value: bigint;
  /** As RFC 5952 writes it. */
  readonly text: string;
}

/** A block of addresses, `172.16.0.0/12`. */
export interface Block {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
  readonly prefix: number;
  readonly text: string;
}

/** An address with the length of its network's prefix, `192.168.100.1/24`. */
export interface Interface {
  readonly address: Address;
  readonly network: Block;
}

/** Reads an address; zones (`%eth0`), short forms (`10.1`) and leading zeros are no addresses here. */
export function parseAddress(text: string): Address | undefined {
  if (!/^[0-9a-fA-F:.]{2,45}$/.test(text)) return undefined;
  try {
    if (!text.includes(':')) return { family: 4, value: new IPv4(text).getValue(), text };
    const address = new IPv6(text);
    return { family: 6, value: address.getValue(), text: collapseIPv6Number(address.toString()) };
  } catch {
    return undefined;
  }
}

function formatAddress(family: 4 | 6, value: bigint): string {
  return family === 4 ? new IPv4(value).toString() : collapseIPv6Number(new IPv6(value).toString());
}

export function parseInterface(text: string): Interface | undefined {
  const [, before = '', length = ''] = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  const address = parseAddress(before);
  const bits = address?.family === 4 ? 32 : 128;
  const prefix = Number(length);
  if (address === undefined || prefix > bits) return undefined;
  const { family, value } = address;
  const size = 1n << BigInt(bits - prefix);
  const first = value - (value % size);
  const network = { family, first, last: first + size - 1n, prefix, text: `${formatAddress(family, first)}/${prefix}` };
  return { address, network };
}

/** Reads a block; undefined too when bits beyond the prefix are set. */
export function parseBlock(text: string): Block | undefined {
  const parsed = parseInterface(text);
  return parsed?.address.value === parsed?.network.first ? parsed?.network : undefined;
}

export const contains = ({ family, first, last }: Block, address: Address): boolean =>
  family === address.family && first <= address.value && address.value <= last;

/** First and last address, without the name. */
type Extent = Pick<Block, 'family' | 'first' | 'last'>;

export const overlap = (a: Extent, b: Extent): boolean =>
  a.family === b.family && a.first <= b.last && b.first <= a.last;

/** Blocks whose addresses no LAN interface can have (RFC 6890, RFC 4291), and what they are for. */
const SPECIAL: readonly (readonly [block: string, use: string])[] = [
  ['0.0.0.0/8', '"this network"'],
  ['127.0.0.0/8', 'loopback'],
  ['224.0.0.0/4', 'multicast'],
  ['240.0.0.0/4', 'reserved use'],
  ['::/127', 'the unspecified and the loopback address'],
  ['::ffff:0:0/96', 'IPv4 addresses in IPv6 sockets'],
  ['fe80::/10', 'one link only'],
  ['ff00::/8', 'multicast'],
];

let specialBlocks: readonly { readonly block: Block; readonly use: string }[] | undefined;

/** What the block that an address or network lies in is reserved for, when a machine cannot have the address. */
export function specialUse(extent: Extent): string | undefined {
  specialBlocks ??= SPECIAL.flatMap(([text, use]) => {
    const block = parseBlock(text);
    return block ? [{ block, use }] : [];
  });
  return specialBlocks.find(({ block }) => overlap(block, extent))?.use;
}
