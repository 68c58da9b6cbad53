import type { Prefix } from './prefix.ts';
import { outermost } from './prefix-index.ts';
import type { ResolvedPolicy } from './resolved.ts';

/** IPv4 that sees guests' own addresses, masquerade or not: the host, the LAN and what has a name. None inside another. What guests send to guests leaves by no uplink. */
export function neverMasqueraded({ zones, guestByAddress }: ResolvedPolicy): readonly Prefix[] {
  const known = [...zones]
    .filter(([name]) => name !== 'anywhere')
    .flatMap(([, blocks]) => blocks)
    .filter(({ family, length, text }) => family === 4 && length > 0 && !guestByAddress.has(text));
  return outermost(known);
}
