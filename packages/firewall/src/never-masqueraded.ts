import { covers, type Prefix, parsePrefix } from './prefix.ts';
import { outermost } from './prefix-index.ts';
import type { ResolvedPolicy } from './resolved.ts';

/** Private, shared and link-local addresses (RFC 1918, 6598, 3927): whoever has one may have a way back to guests. */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16'].flatMap(
  (text) => parsePrefix(text) ?? [],
);

/**
 * IPv4 that sees guests' own addresses, masquerade or not: the host, the LAN, and what has a name and a private address. A
 * name does not give the internet a way back. None inside another. What guests send to guests leaves by no uplink.
 */
export function neverMasqueraded({ zones, guestByAddress }: ResolvedPolicy): readonly Prefix[] {
  const isNear = (name: string, block: Prefix): boolean =>
    name === 'host' || name === 'lan' || PRIVATE.some((range) => covers(range, block));
  const known = [...zones]
    .flatMap(([name, blocks]) => blocks.filter((block) => isNear(name, block)))
    .filter(({ family, length, text }) => family === 4 && length > 0 && !guestByAddress.has(text));
  return outermost(known);
}
