import { volumePath } from '@kvm/lvm';
import type { Desired } from '../desired/desired.ts';
import { guestVolumes } from '../desired/volumes.ts';
import type { Observed, ObservedDomain } from '../observed.ts';
import { disksOf } from './disk-data.ts';
import type { Waiting } from './step.ts';
import { isVolume } from './whose-volumes.ts';

/** A place that is spelled by udev's links, the kernel's number or a pool of libvirt's, and may be any volume. */
const isAlias = (place: string): boolean => /^\/dev\/(disk\/|dm-)|^[^/ ]+ [^/ ]+$/.test(place);

/**
 * Domains that no inventory has, and that write to a disk of a guest: the one that writes last wins, and both lose. A guest does
 * not start beside one that runs.
 */
export function planStrangers(desired: Desired, { domains, storage }: Observed): readonly Waiting[] {
  const names = new Set(desired.guests.map(({ guest }) => guest.name));
  const uuids = new Set(desired.guests.map(({ uuid }) => uuid));
  const running = new Set(domains.flatMap(({ name, active }) => (active ? [name] : [])));
  const known = new Map(storage?.volumes.map((each) => [volumePath(each.vg, each.name), each]));
  const own = guestVolumes(desired).map(({ guest, volume }) => ({ guest, path: volumePath(volume.vg, volume.name) }));
  const pathOf = (place: string): string => {
    const meant = ({ path }: { readonly path: string }): boolean => {
      const volume = known.get(path);
      return volume !== undefined && isVolume(place, volume);
    };
    return (isAlias(place) ? own.find(meant)?.path : undefined) ?? place;
  };
  // Of several that write to one, one that runs is told.
  const strangers = domains
    .filter(({ name, uuid }) => !names.has(name) && !uuids.has(uuid))
    .sort((a, b) => Number(a.active) - Number(b.active));
  const writers = new Map(
    strangers.flatMap((domain) => writtenBy(domain).map((place): [string, ObservedDomain] => [pathOf(place), domain])),
  );
  return own.flatMap(({ guest, path }): Waiting[] => {
    const other = writers.get(path);
    if (other === undefined) return [];
    const base = { guest, in: 'definition', changes: [] } as const;
    const what = `${other.name}, which the inventory does not have, ${other.active ? 'runs with' : 'has'} ${path} as a disk, as ${guest} has`;
    const remedy = `Two that write to one disk destroy what is on it. Take it from ${other.name} (\`virsh edit ${other.name}\`), or shut that down and undefine it.`;
    return [{ ...base, kind: other.active && !running.has(guest) ? 'blocked' : 'differs', what, remedy }];
  });
}

/** Paths of what a domain may write to, as it is defined and as it runs. */
const writtenBy = ({ definition, running, places }: ObservedDomain): readonly string[] =>
  [definition, ...(running ? [running] : [])]
    .flatMap(disksOf)
    .flatMap(({ place, access }) => (access === 'read' ? [] : [places?.get(place) ?? place]));
