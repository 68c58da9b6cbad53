import type { Desired } from '../desired.ts';
import { disksOf } from '../disk-data.ts';
import type { ObservedDomain } from '../observed.ts';
import { guestVolumes } from '../volumes.ts';
import type { Waiting } from './step.ts';

/**
 * Domains that no inventory has, and that write to a disk of a guest: the one that writes last wins, and both lose. A guest does
 * not start beside one that runs.
 */
export function planStrangers(desired: Desired, domains: readonly ObservedDomain[]): readonly Waiting[] {
  const names = new Set(desired.guests.map(({ guest }) => guest.name));
  const uuids = new Set(desired.guests.map(({ domain }) => domain.uuid));
  const running = new Set(domains.flatMap(({ name, active }) => (active ? [name] : [])));
  const writers = new Map(
    domains
      .filter(({ name, uuid }) => !names.has(name) && !uuids.has(uuid))
      .flatMap((domain) => writtenBy(domain).map((place): [string, ObservedDomain] => [place, domain])),
  );
  return guestVolumes(desired).flatMap(({ guest, volume }): Waiting[] => {
    const path = `/dev/${volume.vg}/${volume.name}`;
    const other = writers.get(path);
    if (other === undefined) return [];
    const base = { guest, in: 'definition', changes: [] } as const;
    const what = `${other.name}, which the inventory does not have, ${other.active ? 'runs with' : 'has'} ${path} as a disk, as ${guest} has`;
    const remedy = `Two that write to one disk destroy what is on it. Take it from ${other.name} (\`virsh edit ${other.name}\`), or shut that down and undefine it.`;
    return [{ ...base, kind: other.active && !running.has(guest) ? 'blocked' : 'differs', what, remedy }];
  });
}

/** Paths of what a domain may write to, as it is defined and as it runs. */
const writtenBy = ({ definition, running }: ObservedDomain): readonly string[] =>
  [definition, ...(running ? [running] : [])].flatMap((domain) => {
    const locked = new Set(
      domain.devices?.disk?.flatMap(({ readonly, target }) => (readonly === undefined ? [] : [target['@dev']])),
    );
    return disksOf(domain).flatMap(({ disk, place }) => (locked.has(disk) ? [] : [place]));
  });
