import { volumePath } from '@kvm/lvm';
import type { Desired, DesiredGuest } from '../desired/desired.ts';
import { guestVolumes } from '../desired/volumes.ts';
import type { Observed, ObservedDomain } from '../observed.ts';
import { type DiskData, disksOf } from './disk-data.ts';
import type { Waiting } from './step.ts';
import { volumeInPool } from './whose-volumes.ts';

/** A guest of the inventory, and what there is of it. */
interface Party extends DesiredGuest {
  readonly there: ObservedDomain | undefined;
}

/** A disk that a guest writes to, and another has. */
interface SharedDisk {
  /** As the guest spells it. */
  readonly place: string;
  /** Where it leads. */
  readonly path: string;
  /** Whether the guest runs with it. */
  readonly isOpen: boolean;
}

/**
 * Guests of one inventory that write to one disk, by raw XML or because somebody attached it: both destroy what is on it. One does
 * not start while the other runs, or is to run. A disk that its definition calls shared, or that a guest only reads, is meant so.
 */
export function planSharedDisks(desired: Desired, { domains, places }: Observed): readonly Waiting[] {
  const there = new Map(domains.map((domain) => [domain.name, domain]));
  const parties = desired.guests.map((each): Party => ({ ...each, there: there.get(each.guest.name) }));
  const partyOf = new Map(parties.map((each) => [each.guest.name, each]));
  const volumes = guestVolumes(desired).map(({ guest, volume: { vg, name } }) => ({
    ...{ guest, name, path: volumePath(vg, name) },
  }));
  const owners = new Map(volumes.map(({ guest, path }) => [path, guest]));
  const byName = new Map(volumes.map(({ name, path }) => [name, path]));
  const leadsTo = ({ there: domain }: Party, { place }: DiskData): string =>
    domain?.places?.get(place) ?? places?.get(place) ?? byName.get(volumeInPool(place)) ?? place;
  // Of several that have what is no guest's volume, the first in the file has it.
  for (const each of parties) {
    for (const disk of written(each.domain)) {
      const path = leadsTo(each, disk);
      if (path.startsWith('/') && !owners.has(path)) owners.set(path, each.guest.name);
    }
  }
  return parties.flatMap((each) => {
    const isOwn = (disk: DiskData): boolean => owners.get(leadsTo(each, disk)) === each.guest.name;
    const shared = sharedDisks(each, { isOwn, leadsTo: (disk) => leadsTo(each, disk) });
    return shared.flatMap((disk) => {
      const owner = partyOf.get(owners.get(disk.path) ?? '');
      return owner === undefined ? [] : told(each, owner, disk);
    });
  });
}

interface Ownership {
  isOwn(disk: DiskData): boolean;
  leadsTo(disk: DiskData): string;
}

function sharedDisks({ domain, there }: Party, { isOwn, leadsTo }: Ownership): readonly SharedDisk[] {
  const wanted = written(domain);
  // One of its own volumes that was renamed has its old path there, which may be another's by now.
  const own = new Set(wanted.filter(isOwn).map(({ disk }) => disk));
  const now = there?.running ?? there?.kept?.saved;
  const present = now ? written(now).filter(({ disk }) => !own.has(disk)) : [];
  const open = new Set(there?.running ? present.map(leadsTo) : []);
  const all = [...wanted, ...present].filter((disk) => !isOwn(disk));
  const byPath = new Map(all.map((disk) => [leadsTo(disk), disk.place]));
  return [...byPath].map(([path, place]) => ({ place, path, isOpen: open.has(path) }));
}

function told({ guest: { name, state } }: Party, owner: Party, { isOpen, ...disk }: SharedDisk): Waiting[] {
  const isOwnerToRun = owner.guest.state === 'running';
  const ownerRuns = owner.there?.active === true;
  const whose = `a disk of ${owner.guest.name}${ownerRuns ? ', which runs' : ''}`;
  const what = `${name} ${isOpen ? 'runs with' : 'has'} ${shown(disk)} as a disk, and that is ${whose}`;
  const remedy = `Two that write to one disk destroy what is on it. Take it from ${name} (guests.${name}.xml, or \`virsh edit ${name}\` where the inventory does not have it), or let ${name} only read it (<readonly/>).`;
  const base = { in: 'definition', what, remedy, changes: [] } as const;
  const isHeld = !isOpen && state === 'running' && (ownerRuns || isOwnerToRun);
  return [
    { ...base, guest: name, kind: isHeld ? 'blocked' : 'differs' },
    ...(isOpen && isOwnerToRun && !ownerRuns ? [{ ...base, guest: owner.guest.name, kind: 'blocked' } as const] : []),
  ];
}

const shown = ({ place, path }: Omit<SharedDisk, 'isOpen'>): string =>
  place === path || path.startsWith('/dev/block/') ? place : `${place} (${path})`;

/** Disks that a domain writes to as if it alone had them. */
const written = (domain: Parameters<typeof disksOf>[0]): readonly DiskData[] =>
  disksOf(domain).filter(({ access }) => access === 'write');
