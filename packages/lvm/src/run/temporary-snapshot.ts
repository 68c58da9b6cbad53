import { snapshotOwnerOf, snapshotTag } from '../index.ts';
import { findOwner, findVolume, type VolumeName } from './find.ts';
import { type LvmRunner, lvm } from './lvm.ts';
import { readStorage } from './read-storage.ts';

/**
 * A snapshot from which a volume is copied. One that an interrupted copy has left is replaced: its name follows from the
 * volume's.
 *
 * @returns its name
 */
export async function temporarySnapshot(source: VolumeName, runner: LvmRunner): Promise<string> {
  const { vg, volume } = source;
  const name = `${volume}.copying`;
  const storage = await readStorage(runner);
  const origin = findVolume(storage, source);
  const owner = findOwner(origin);
  const left = storage.volumes.find((each) => each.vg === vg && each.name === name);
  if (left !== undefined && snapshotOwnerOf(left.tags) === owner) await removeTemporary({ vg, volume: name }, runner);
  const { extentBytes = 1, freeExtents = 0 } = storage.groups.find((group) => group.name === vg) ?? {};
  // As much as there is, up to the volume itself: while it is copied, the guest goes on writing.
  const bytes = Math.min(origin.bytes, freeExtents * extentBytes);
  const size = origin.pool === undefined ? ['--size', `${bytes}b`] : ['--setactivationskip', 'n'];
  const words = ['--snapshot', '--name', name, '--permission', 'r', '--addtag', snapshotTag(owner)];
  await lvm(runner, ['lvcreate', '--yes', ...words, ...size, `${vg}/${volume}`]);
  return name;
}

export async function removeTemporary({ vg, volume }: VolumeName, runner: LvmRunner): Promise<void> {
  await lvm(runner, ['lvremove', '--yes', `${vg}/${volume}`]);
}
