import type { Guest } from '@kvm/inventory';

/** Guests in rounds: each starts when those before have; those that do not start with the host are the last. */
export function inStartOrder(guests: readonly Guest[]): readonly (readonly Guest[])[] {
  const rounds = new Map<number, Guest[]>();
  for (const guest of guests) {
    const order = guest.autostart === false ? Number.POSITIVE_INFINITY : guest.autostart.order;
    const round = rounds.get(order);
    if (round === undefined) rounds.set(order, [guest]);
    else round.push(guest);
  }
  return [...rounds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, round]) => round);
}
