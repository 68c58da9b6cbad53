import type { Guest } from '@kvm/inventory';

/** Those that come at the same time, and how long the next wait after they were started. */
export interface Stage<Domain> {
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
): readonly Stage<Domain>[] {
  const autostarts = new Map(guests.map(({ name, autostart }) => [name, autostart]));
  const stages = new Map<number, { domains: Domain[]; delaySeconds: number }>();
  for (const domain of domains) {
    const { order, delaySeconds } = autostarts.get(domain.name) || { order: Number.POSITIVE_INFINITY, delaySeconds: 0 };
    const stage = stages.get(order);
    if (stage) {
      stage.domains.push(domain);
      stage.delaySeconds = Math.max(stage.delaySeconds, delaySeconds);
    } else stages.set(order, { domains: [domain], delaySeconds });
  }
  return [...stages].sort(([a], [b]) => a - b).map(([, stage]) => stage);
}
