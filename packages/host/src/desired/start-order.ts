import type { Guest } from '@kvm/inventory';

/** Guests in rounds: each starts when those before have; those that do not start with the host are the last. */
export function inStartOrder<Item extends Pick<Guest, 'autostart'>>(
  guests: readonly Item[],
): readonly (readonly Item[])[] {
  const rounds = new Map<number, Item[]>();
  for (const guest of guests) {
    const order = guest.autostart === false ? Number.POSITIVE_INFINITY : guest.autostart.order;
    const round = rounds.get(order);
    if (round === undefined) rounds.set(order, [guest]);
    else round.push(guest);
  }
  return [...rounds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, round]) => round);
}

/** Domains that come at the same time, and how long the next wait after they were started. */
export interface StartStage<Domain> {
  readonly domains: readonly Domain[];
  readonly delaySeconds: number;
}

/**
 * Groups domains by the inventory's autostart order, lowest first. Those without an order, and those that the inventory
 * does not know, come last, so that nothing waits for them.
 */
export function startStages<Domain extends { readonly name: string }>(
  domains: readonly Domain[],
  guests: readonly Pick<Guest, 'name' | 'autostart'>[],
): readonly StartStage<Domain>[] {
  const autostarts = new Map(guests.map(({ name, autostart }) => [name, autostart]));
  const rounds = inStartOrder(domains.map((domain) => ({ domain, autostart: autostarts.get(domain.name) ?? false })));
  return rounds.map((round) => ({
    domains: round.map(({ domain }) => domain),
    delaySeconds: Math.max(...round.map(({ autostart }) => (autostart === false ? 0 : autostart.delaySeconds))),
  }));
}
