import type { LogicalVolume, Storage } from '../storage.ts';
import { ownerOf, snapshotOwnerOf, unfinishedOwnerOf } from '../tags.ts';
import { isOverflowed } from './dependants.ts';
import { isMoving, layoutOf, Places } from './observed.ts';
import { describeLayout } from './step.ts';

/** A volume of a group, at a glance. */
export interface ListedVolume {
  readonly name: string;
  readonly bytes: number;
  readonly layout: string;
  /** Physical volumes it lies on. */
  readonly on: readonly string[];
  /** What it is for; absent when it is not ours. */
  readonly owner?: string;
  readonly snapshotOf?: string;
  /** Its making was interrupted. */
  readonly unfinished: boolean;
  readonly open: boolean;
  /** How full a pool, thin volume or snapshot is. */
  readonly fullPercent?: number;
  /** What is wrong with it, in LVM's word. */
  readonly health?: string;
  readonly moving: boolean;
}

/**
 * The volumes of a group, those that are not ours too.
 *
 * @param guest only those with the name of one of its disks
 */
export function listVolumes({ volumes, ...storage }: Storage, vg: string, guest?: string): readonly ListedVolume[] {
  const inGroup = volumes.filter((volume) => volume.vg === vg && !volume.internal);
  const places = new Places({ volumes, ...storage });
  return inGroup
    .filter(({ name }) => guest === undefined || name.startsWith(`${guest}.`))
    .map((volume) => {
      const layout = layoutOf(volume);
      const owner = ownerOf(volume.tags) ?? unfinishedOwnerOf(volume.tags);
      const origin = snapshotOwnerOf(volume.tags);
      return {
        name: volume.name,
        bytes: volume.bytes,
        layout: layout ? describeLayout(layout) : volume.layout.join(','),
        on: [...new Set(places.rangesOf(volume).map(({ on }) => on))],
        ...(owner !== undefined && { owner }),
        ...(origin !== undefined && { snapshotOf: origin }),
        unfinished: unfinishedOwnerOf(volume.tags) !== undefined,
        open: volume.open,
        ...(volume.dataPercent !== undefined && { fullPercent: volume.dataPercent }),
        ...healthOf(volume),
        moving: isMoving(volume),
      };
    });
}

/** LVM calls a snapshot that has overflowed well. */
function healthOf(volume: LogicalVolume): Pick<ListedVolume, 'health'> {
  if (isOverflowed(volume)) return { health: 'overflowed' };
  return volume.health === undefined ? {} : { health: volume.health };
}
