import type { LogicalVolume, PhysicalVolume, Storage, VolumeGroup } from '../storage.ts';
import { FreeExtents } from './free-extents.ts';

/** What a volume group has to give. */
export interface Room {
  readonly group: VolumeGroup;
  /** All of its physical volumes. */
  readonly disks: readonly PhysicalVolume[];
  readonly free: FreeExtents;
  /** Of the spare that LVM keeps for mending a pool's metadata, as large as the largest of them. */
  spareExtents: number;
}

export function roomOf(group: VolumeGroup, storage: Storage): Room {
  const disks = storage.disks.filter(({ vg, duplicate }) => vg === group.name && !duplicate);
  const volumes = storage.volumes.filter(({ vg }) => vg === group.name);
  const spare = volumes.find(({ name, internal }) => internal && name.endsWith('_pmspare'));
  return {
    group,
    disks,
    free: new FreeExtents(disks.filter(isUsable), volumes),
    spareExtents: spare ? extentsOf(spare, group) : 0,
  };
}

/** A disk that new extents may lie on. */
const isUsable = ({ allocatable, missing }: PhysicalVolume): boolean => allocatable && !missing;

export const extentsOf = ({ bytes }: LogicalVolume, { extentBytes }: VolumeGroup): number =>
  Math.ceil(bytes / extentBytes);

/** Disks that `on` names, in its order; by a tag those that bear it. What names none is handed to `unknown`. */
export function disksOn(
  { disks }: Room,
  on: readonly string[],
  unknown: (entry: string) => void = () => undefined,
): readonly PhysicalVolume[] {
  const named = on.flatMap((entry) => {
    const found = disks.filter(({ device, tags }) =>
      entry.startsWith('@') ? tags.includes(entry.slice(1)) : device === entry,
    );
    if (found.length === 0) unknown(entry);
    return found;
  });
  return [...new Set(named)];
}

/** Disks that new extents may lie on, the preferred ones first. */
export const candidates = (
  room: Room,
  on: readonly string[] | undefined,
  unknown: (entry: string) => void,
): readonly string[] => (on ? disksOn(room, on, unknown) : room.disks).filter(isUsable).map(({ device }) => device);
