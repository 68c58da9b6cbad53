import { covers, isSingle, type Prefix } from './prefix.ts';
import type { ResolvedPolicy } from './resolved.ts';

/** IPv4 that sees guests' own addresses, masquerade or not: the host, the LAN and what has a name. None inside another. What guests send to guests leaves by no uplink. */
export function neverMasqueraded({ zones, guestByAddress }: ResolvedPolicy): readonly Prefix[] {
  const known = [...zones]
    .filter(([name]) => name !== 'anywhere')
    .flatMap(([, blocks]) => blocks)
    .filter(({ family, length, text }) => family === 4 && length > 0 && !guestByAddress.has(text));
  const unique = [...new Map(known.map((block) => [block.text, block])).values()];
  const wide = unique.filter((block) => !isSingle(block));
  return unique.filter((block) => !wide.some((other) => other !== block && covers(other, block)));
}
