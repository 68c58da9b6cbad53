import { LvmError, type Storage } from '../index.ts';
import { Places } from '../plan/observed.ts';
import { lvm } from './lvm.ts';
import { moveVolume } from './move.ts';
import { readStorage } from './read-storage.ts';
import type { WatchOptions } from './watch-move.ts';

export interface Evacuation {
  /** A disk: a physical volume. */
  readonly from: string;
  /** Disks of the same group; all the others when absent. */
  readonly to?: readonly string[];
}

/**
 * Empties a disk, volume by volume, while they are used, everybody's: whatever lies on it. New volumes do not get there any more.
 * Run again after an interruption, it goes on.
 *
 * @throws LvmError as {@link moveVolume}; `pv-not-found`
 */
export async function evacuateDisk({ from, to }: Evacuation, options: WatchOptions): Promise<void> {
  const storage = await readStorage(options);
  const disk = findDisk(storage, from);
  if (disk.allocatable) await lvm(options, ['pvchange', '--allocatable', 'n', from]);
  const others = storage.disks
    .filter(({ device, vg, missing, allocatable }) => vg === disk.vg && device !== from && !missing && allocatable)
    .map(({ device }) => device);
  for (const volume of volumesOn(storage, from)) {
    await moveVolume({ vg: disk.vg, volume, from, to: to ?? others }, options);
  }
  const left = findDisk(await readStorage(options), from);
  if (left.freeExtents === left.extents) return;
  throw new LvmError('failed', `${left.extents - left.freeExtents} extents are still on ${from}.`, {
    remedy: `Somebody made something there meanwhile: run it again. See what it is: pvs --segments ${from}.`,
  });
}

/**
 * Puts a new disk in the place of one that is to go: what lies on the old one moves to the new one, and the old one leaves the
 * group. Run again after an interruption, it goes on.
 *
 * @throws LvmError `signature-found` when something is on the new disk
 */
export async function replaceDisk(old: string, new_: string, options: WatchOptions): Promise<void> {
  const storage = await readStorage(options);
  const { vg } = findDisk(storage, old);
  const there = storage.disks.find(({ device }) => device === new_);
  if (there?.vg === undefined) await lvm(options, ['vgextend', vg, new_]);
  else if (there.vg !== vg) {
    throw new LvmError('name-taken', `${new_} belongs to the group ${there.vg}.`, { remedy: 'Choose another disk.' });
  }
  await evacuateDisk({ from: old, to: [new_] }, options);
  await lvm(options, ['vgreduce', vg, old]);
}

function findDisk({ disks }: Storage, device: string): Storage['disks'][number] & { readonly vg: string } {
  const disk = disks.find((each) => each.device === device);
  if (disk?.vg !== undefined) return { ...disk, vg: disk.vg };
  throw new LvmError('pv-not-found', `${device} is no disk of a volume group.`, {
    remedy: 'See which there are: pvs.',
  });
}

/** Names that can be moved: parts of a raid or pool go with it. */
function volumesOn(storage: Storage, device: string): string[] {
  const places = new Places(storage);
  return storage.volumes
    .filter(
      (volume) =>
        (!volume.internal || volume.name.endsWith('_pmspare')) &&
        places.rangesOf(volume).some(({ on }) => on === device),
    )
    .map(({ name }) => name);
}
