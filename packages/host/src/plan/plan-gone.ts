import { isOurs, markOf } from '../definition.ts';
import type { Desired, DesiredGuest } from '../desired.ts';
import type { Observed, ObservedDomain } from '../observed.ts';
import type { Waiting } from './step.ts';

/** Domains of ours that the inventory no longer has, neither by name nor by UUID. */
export function findGone({ guests }: Desired, { domains }: Observed): readonly ObservedDomain[] {
  const names = new Set(guests.map(({ guest }) => guest.name));
  const uuids = new Set(guests.map(({ domain }) => domain.uuid));
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
  find: (uuid: string | undefined, name: string) => ObservedDomain | undefined,
): Renamed {
  const byVmid = new Map(gone.map((domain) => [markOf(domain.definition)?.['@vmid'], domain]));
  const found = guests.flatMap(({ guest, domain }) => {
    const old = find(domain.uuid, guest.name) ? undefined : byVmid.get(String(guest.vmid));
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
