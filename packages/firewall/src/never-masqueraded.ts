import { covers, isSingle, type Prefix } from './prefix.ts';
import type { ResolvedPolicy } from './resolved.ts';

/** IPv4 that sees guests' own addresses, masquerade or not: the guests, the host, the LAN and what has a name. None inside another. */
export function neverMasqueraded({ zones }: ResolvedPolicy): readonly Prefix[] {
  const known = [...zones]
    .filter(([name]) => name !== 'anywhere')
    .flatMap(([, blocks]) => blocks)
    .filter(({ family, length }) => family === 4 && length > 0);
  const unique = [...new Map(known.map((block) => [block.text, block])).values()];
  const wide = unique.filter((block) => !isSingle(block));
  return unique.filter((block) => !wide.some((other) => other !== block && covers(other, block)));
}
