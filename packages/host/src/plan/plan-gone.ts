import type { DesiredGuest } from '../desired/desired.ts';
import { isOurs, markOf } from '../marker.ts';
import type { Observed, ObservedDomain } from '../observed.ts';
import type { Waiting } from './step.ts';

/** Domains of ours that the inventory no longer has, neither by name nor by UUID. */
export function findGone(guests: readonly DesiredGuest[], { domains }: Observed): readonly ObservedDomain[] {
  const names = new Set(guests.map(({ guest }) => guest.name));
  const uuids = new Set(guests.map(({ uuid }) => uuid));
  return domains.filter(({ name, uuid, definition }) => !names.has(name) && !uuids.has(uuid) && isOurs(definition));
}

interface Renamed {
  /** Names of guests by which others were known that are gone, and these. */
  readonly renamed: ReadonlyMap<string, string>;
  readonly waiting: readonly Waiting[];
}

/**
 * New guests with the VMID of one that is gone: perhaps the same under another name, which would get new, empty volumes. Nothing
 * is done to either until a person says which.
 *
 * @param find a guest's domain, by its UUID or name
 */
export function planRenamed(
  guests: readonly DesiredGuest[],
  gone: readonly ObservedDomain[],
  find: (uuid: string, name: string) => ObservedDomain | undefined,
): Renamed {
  const byVmid = new Map(gone.map((domain) => [markOf(domain.definition)?.['@vmid'], domain]));
  const found = guests.flatMap(({ guest, uuid }) => {
    const old = find(uuid, guest.name) ? undefined : byVmid.get(String(guest.vmid));
    return old ? [{ guest, old }] : [];
  });
  return {
    renamed: new Map(found.map(({ guest, old }) => [guest.name, old.name])),
    waiting: found.map(({ guest: { name, vmid }, old }) => ({
      guest: name,
      kind: 'blocked',
      what: `${name} has VMID ${vmid}, which ${old.name} has on the host and the inventory no longer names: it would be a new guest with empty volumes`,
      remedy: `If it is the same guest, write ${old.name} for its name again. If it is another one, give it a VMID of its own, or destroy ${old.name} first.`,
      changes: [],
    })),
  };
}

/** @param kept names of those that may be in the inventory under another name */
export const removed = (gone: readonly ObservedDomain[], kept: ReadonlySet<string>): readonly Waiting[] =>
  gone
    .filter(({ name }) => !kept.has(name))
    .map(({ name, active }) => ({
      guest: name,
      kind: 'removed',
      what: `${name} ${active ? 'runs' : 'is defined'}, and the inventory no longer has it`,
      remedy: `If it has another name there, write ${name} again. \`kvmctl destroy ${name}\` shuts it down and undefines it; its volumes stay.`,
      changes: [],
    }));

/**
 * Guests of the names of domains of ours that are others, when there are several: host.name has changed, of which their UUIDs are
 * made.
 */
export function planOtherHost(
  guests: readonly DesiredGuest[],
  find: (uuid: string, name: string) => ObservedDomain | undefined,
): { readonly names: ReadonlySet<string>; readonly waiting: readonly Waiting[] } {
  const found = guests.flatMap(({ guest: { name }, uuid }) => {
    const there = find(uuid, name);
    return there && there.name === name && there.uuid !== uuid && isOurs(there.definition)
      ? [{ name, uuid: there.uuid }]
      : [];
  });
  // One alone is told by itself.
  if (found.length < 2) return { names: new Set(), waiting: [] };
  const waiting: Waiting = {
    kind: 'blocked',
    in: 'definition',
    what: `${found.length} guests are from an inventory with another host.name: nothing is done to them`,
    remedy:
      'Write the old host.name again; or in each of these guests its uuid, as shown, which it keeps under any name of the host.',
    changes: found.map(({ name, uuid }) => ({ what: `guests.${name}.uuid`, after: uuid })),
  };
  return { names: new Set(found.map(({ name }) => name)), waiting: [waiting] };
}
