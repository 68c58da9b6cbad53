import type { DesiredGuest } from '../desired/desired.ts';
import type { Observed, ObservedDomain } from '../observed.ts';
import { findGone, planOtherHost, planRenamed, removed } from './plan-gone.ts';
import { planRefused } from './plan-refused.ts';
import type { Waiting } from './step.ts';

/** Guests that nothing at all is done for. */
interface Held {
  readonly names: ReadonlySet<string>;
  /** Those of them of which nothing else is said. */
  readonly said: ReadonlySet<string>;
  /** Why; and domains of ours that the inventory no longer has. */
  readonly waiting: readonly Waiting[];
}

/** @param find a guest's domain, by its UUID or name */
export function planHeld(
  guests: readonly DesiredGuest[],
  observed: Observed,
  find: (uuid: string, name: string) => ObservedDomain | undefined,
): Held {
  const gone = findGone(guests, observed);
  const renamed = planRenamed(guests, gone, find);
  const otherHost = planOtherHost(guests, find);
  const refused = planRefused(observed);
  const otherwiseNamed = guests.flatMap(({ guest: { name }, uuid }) =>
    (find(uuid, name)?.name ?? name) === name ? [] : [name],
  );
  const said = [...renamed.renamed.keys(), ...otherHost.names];
  return {
    names: new Set([...said, ...otherwiseNamed, ...refused.map(({ guest }) => guest)]),
    said: new Set(said),
    waiting: [
      ...renamed.waiting,
      ...otherHost.waiting,
      ...refused,
      ...removed(gone, new Set(renamed.renamed.values())),
    ],
  };
}
