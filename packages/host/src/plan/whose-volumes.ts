import { deviceName, type LogicalVolume, type Storage, volumePath } from '@kvm/lvm';
import { isOurs } from '../marker.ts';
import type { ObservedDomain } from '../observed.ts';
import { disksOf } from './disk-data.ts';
import type { Waiting } from './step.ts';

/**
 * Whether a group is one that a guest's disks lie in; where no domain says that, one that those of any guest here lie in. The disks of
 * another host, attached here, bear the same marks where it has a guest of the same name.
 */
export function isIn(
  vg: string,
  there: ObservedDomain | undefined,
  { domains, storage }: { readonly domains: readonly ObservedDomain[]; readonly storage: Storage | undefined },
): boolean {
  const own = groupsOf(there, storage);
  const ours = domains.filter(({ definition }) => isOurs(definition));
  const known = own.size > 0 ? own : new Set(ours.flatMap((domain) => [...groupsOf(domain, storage)]));
  return known.size === 0 || known.has(vg);
}

/** The groups that a domain's disks lie in. */
function groupsOf(there: ObservedDomain | undefined, storage: Storage | undefined): ReadonlySet<string> {
  const groups = new Set(placesOf(there).flatMap((place) => /^\/dev\/([^/]+)\/[^/]+$/.exec(place)?.[1] ?? []));
  return new Set((storage?.groups ?? []).flatMap(({ name }) => (groups.has(name) ? [name] : [])));
}

/** All that a domain reads and writes, and what lies below it: by its definition, and as it runs. */
export const placesOf = (domain: ObservedDomain | undefined): readonly string[] =>
  [domain?.definition ?? {}, domain?.running ?? {}].flatMap((each) =>
    disksOf(each as ObservedDomain['definition']).flatMap(({ place, below }) =>
      [place, ...below].map((path) => domain?.places?.get(path) ?? path),
    ),
  );

/** No domain says in which of several groups its volumes are. */
export function severalGroups(
  owned: readonly LogicalVolume[],
  guest: string,
  { there, storage }: { readonly there: ObservedDomain | undefined; readonly storage: Storage | undefined },
): Waiting[] {
  const groups = [...new Set(owned.map(({ vg }) => vg))];
  if (groups.length < 2 || groupsOf(there, storage).size > 0) return [];
  const what = `volumes that are marked as those of ${guest} lie in ${groups.join(' and ')}: it is not known which are meant`;
  const remedy = `\`kvmctl disk remove ${guest} DISK\` removes one from the inventory's group; nothing else is touched.`;
  return [{ guest, kind: 'blocked', what, remedy, changes: [] }];
}

/** The name of a volume that a disk has from a pool of libvirt's; empty for another place. */
export const volumeInPool = (place: string): string => /^[^/ ]+ ([^/ ]+)$/.exec(place)?.[1] ?? '';

/** Whether a disk's place is a volume: by LVM's names, udev's links and kernel's number of it, or as one of a pool of libvirt's. */
export function isVolume(place: string, { vg, name, uuid, device }: LogicalVolume): boolean {
  const minor = device?.split(':')[1];
  const path = place.replace(/\/+/g, '/');
  return (
    path === volumePath(vg, name) ||
    path === `/dev/disk/by-id/dm-name-${deviceName(vg, name)}` ||
    (path.startsWith('/dev/disk/by-id/dm-uuid-LVM-') && path.endsWith(uuid.replaceAll('-', ''))) ||
    (minor !== undefined && path === `/dev/dm-${minor}`) ||
    volumeInPool(place) === name
  );
}

/** A guest's volumes that another domain has, too, or an overlay of it. */
export function usedElsewhere(
  owned: readonly LogicalVolume[],
  domains: readonly ObservedDomain[],
  name: string,
): Waiting[] {
  return domains.flatMap((other) => {
    if (other.name === name) return [];
    const used = placesOf(other).find((place) => owned.some((volume) => isVolume(place, volume)));
    if (used === undefined) return [];
    const what = `${other.name} has ${used}, too`;
    const remedy = `Take it from ${other.name} first, or \`kvmctl destroy ${name}\` without --confirm, which leaves the volumes.`;
    return [{ guest: name, kind: 'blocked', what, remedy, changes: [] } as const];
  });
}
