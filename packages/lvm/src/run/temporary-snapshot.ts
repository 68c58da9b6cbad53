import { LvmError, snapshotOwnerOf, snapshotTag, volumePath } from '../index.ts';
import { findOwner, findVolume, refuseMoving, type VolumeName } from './find.ts';
import { type LvmRunner, lvm } from './lvm.ts';
import { readStorage } from './read-storage.ts';
import { isFull, snapshotFull } from './snapshot.ts';

/**
 * Lets a volume that may be in use be read as it is at this moment, from a snapshot that goes afterwards.
 *
 * @param read is given the snapshot's device
 * @throws LvmError `snapshot-full` when more has been written meanwhile than there was room for; what `read` throws
 */
export async function readFromSnapshot(
  source: VolumeName,
  read: (device: string) => Promise<void>,
  runner: LvmRunner,
): Promise<void> {
  const { vg } = source;
  const volume = await takeTemporary(source, runner);
  try {
    await read(volumePath(vg, volume));
  } catch (error) {
    const { volumes } = await readStorage(runner);
    const full = volumes.some((each) => each.vg === vg && each.name === volume && isFull(each));
    throw full ? snapshotFull({ vg, volume }, error) : error;
  } finally {
    await remove({ vg, volume }, runner);
  }
}

/** One that an interrupted copy has left is replaced: its name follows from the volume's. @returns its name */
async function takeTemporary(source: VolumeName, runner: LvmRunner): Promise<string> {
  const { vg, volume } = source;
  const name = `${volume}.copying`;
  const storage = await readStorage(runner);
  const origin = findVolume(storage, source);
  const owner = findOwner(origin);
  refuseMoving(storage, origin);
  const left = storage.volumes.find((each) => each.vg === vg && each.name === name);
  if (left !== undefined && snapshotOwnerOf(left.tags) === owner) await remove({ vg, volume: name }, runner);
  const { extentBytes = 1, freeExtents = 0 } = storage.groups.find((group) => group.name === vg) ?? {};
  if (origin.pool === undefined && freeExtents === 0) {
    throw new LvmError('vg-full', `${vg} has no room for a snapshot of ${vg}/${volume}, from which it is read.`, {
      remedy: 'Add a disk (vgextend), or free some space.',
    });
  }
  // As much as there is, up to the volume itself: while it is copied, the guest goes on writing.
  const bytes = Math.min(origin.bytes, freeExtents * extentBytes);
  const size = origin.pool === undefined ? ['--size', `${bytes}b`] : ['--setactivationskip', 'n'];
  const words = ['--snapshot', '--name', name, '--permission', 'r', '--addtag', snapshotTag(owner)];
  await lvm(runner, ['lvcreate', '--yes', ...words, ...size, `${vg}/${volume}`]);
  return name;
}

async function remove({ vg, volume }: VolumeName, runner: LvmRunner): Promise<void> {
  await lvm(runner, ['lvremove', '--yes', `${vg}/${volume}`]);
}
