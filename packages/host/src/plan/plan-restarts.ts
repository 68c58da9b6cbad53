import type { DomainElement } from '@kvm/domain-xml';
import type { DesiredGuest } from '../desired/desired.ts';
import type { ObservedDomain } from '../observed.ts';
import type { PlanPart, Step, Waiting } from './step.ts';

/** Restarts in an order in which each finds free what it needs. */
export interface Restarts extends PlanPart {
  /** By the guest that restarts: the id of the step after which others can have its tap, MAC address and port. */
  readonly frees: ReadonlyMap<string, string>;
}

/** A running domain that has what another is to have. */
export interface Holder {
  readonly name: string;
  /** `VNC port 5961` */
  readonly what: string;
}

/**
 * A guest that is to have another VMID may need what another guest has until that restarts, too: such guests are all shut down
 * before the first of them starts. One that needs what a guest keeps which does not restart runs on, and is blocked.
 *
 * @param restarts of single guests, in the inventory's order
 */
export function planRestarts(
  restarts: readonly Step[],
  guests: readonly DesiredGuest[],
  domains: readonly ObservedDomain[],
): Restarts {
  const holdersOf = holderFinder(domains);
  const byName = new Map(guests.map((each) => [each.guest.name, each]));
  const holders = new Map(
    restarts.flatMap(({ guest }): [string, readonly Holder[]][] => {
      const each = byName.get(guest ?? '');
      return each ? [[each.guest.name, holdersOf(each)]] : [];
    }),
  );
  const waiting = new Map<string, Waiting>();
  // One that cannot restart keeps others from it.
  for (let before = -1; before < waiting.size; ) {
    before = waiting.size;
    for (const [name, held] of holders) {
      const stays = held.find((holder) => !holders.has(holder.name) || waiting.has(holder.name));
      if (stays && !waiting.has(name)) waiting.set(name, takenBy(name, stays, 'restart'));
    }
  }
  const left = restarts.filter(({ guest = '' }) => !waiting.has(guest));
  const tied = new Set(
    left.flatMap(({ guest = '' }) => {
      const held = holders.get(guest) ?? [];
      return held.length > 0 ? [guest, ...held.map(({ name }) => name)] : [];
    }),
  );
  const [together, alone] = [
    left.filter(({ guest = '' }) => tied.has(guest)),
    left.filter(({ guest = '' }) => !tied.has(guest)),
  ];
  const stops = together.map(stopOf);
  const starts = together.flatMap((step) => startOf(step, stops));
  return {
    steps: [...alone, ...stops, ...starts],
    waiting: [...waiting.values()],
    frees: new Map([...alone, ...stops].map(({ guest = '', id }) => [guest, id])),
  };
}

function stopOf(step: Step): Step {
  const { guest = '', action } = step;
  if (action.kind !== 'restart') return step;
  const { uuid, replaces } = action;
  return {
    ...step,
    id: `stop ${guest}`,
    title: 'shut down, until those that have what it needs are shut down, too',
    action: { kind: 'stop', guest, uuid, replaces },
  };
}

function startOf({ guest = '', after, action }: Step, stops: readonly Step[]): Step[] {
  if (action.kind !== 'restart') return [];
  return [
    {
      id: `start ${guest}`,
      guest,
      sign: '>',
      title: 'start',
      effect: 'restart',
      changes: [],
      reason: 'it was shut down to change what it has',
      after: [...after, ...stops.map(({ id }) => id)],
      action: { kind: 'start', guest, uuid: action.uuid, delaySeconds: 0 },
    },
  ];
}

/** Finds the running domains that have something which a guest is to have. */
export function holderFinder(domains: readonly ObservedDomain[]): (guest: DesiredGuest) => readonly Holder[] {
  const byWhat = new Map<string, string[]>();
  for (const { name, running } of domains)
    for (const what of running ? namesOf(running) : []) byWhat.set(what, [...(byWhat.get(what) ?? []), name]);
  return ({ guest, domain }) => {
    const found = namesOf(domain).flatMap((what) => (byWhat.get(what) ?? []).map((name) => ({ name, what })));
    const others = found.filter(({ name }) => name !== guest.name);
    return [...new Map(others.reverse().map((holder) => [holder.name, holder])).values()].reverse();
  };
}

/** What two guests cannot have at once. */
function namesOf(domain: DomainElement): readonly string[] {
  const { interface: cards = [], graphics = [] } = domain.devices ?? {};
  return [
    ...cards.flatMap(({ target }) => (target?.['@dev'] ? [`the interface ${target['@dev']}`] : [])),
    ...cards.flatMap(({ mac }) => (mac ? [`the MAC address ${mac['@address'].toLowerCase()}`] : [])),
    ...graphics.flatMap((each) =>
      each['@type'] === 'vnc' && '@port' in each && Number(each['@port']) > 0 ? [`VNC port ${each['@port']}`] : [],
    ),
  ];
}

export const takenBy = (guest: string, { name, what }: Holder, verb: 'start' | 'restart'): Waiting => ({
  guest,
  kind: 'blocked',
  what: `${guest} cannot ${verb}: ${name} runs and has ${what}`,
  remedy: `Restart ${name} when its definition no longer has that (\`kvmctl apply --restart\` does), or shut it down; then apply again.`,
  changes: [],
});
