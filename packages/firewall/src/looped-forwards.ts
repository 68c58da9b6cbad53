import { covers, type Prefix } from './prefix.ts';
import type { ResolvedPolicy } from './resolved.ts';

/**
 * Guests that may use a forward to themselves. What comes back to a guest with its own address as the source, the guest drops,
 * or answers to itself: it must come from the host's address.
 */
export function loopedForwards({ forwards }: ResolvedPolicy): readonly Prefix[] {
  const looped = forwards.filter(({ row, guest }) => row.from.some((block) => covers(block, guest)));
  return [...new Map(looped.map(({ guest }) => [guest.text, guest])).values()];
}
