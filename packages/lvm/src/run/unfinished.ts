import { extentsFor, type LogicalVolume, LvmError, ownerTag, unfinishedOwnerOf, unfinishedTag } from '../index.ts';
import { refuseOpen, type VolumeName } from './find.ts';
import { type LvmRunner, lvm } from './lvm.ts';
import { readStorage } from './read-storage.ts';

/** A volume that is to be made and filled. */
export interface NewVolume extends VolumeName {
  /** What it is for: `65/root`. */
  readonly owner: string;
  /** At least so many. */
  readonly bytes: number;
  /** Disks that it may lie on; any of the group when absent. */
  readonly on?: readonly string[];
}

/**
 * Makes a volume that says of itself that it is not whole yet; what an interrupted attempt has left is removed first.
 *
 * @throws LvmError `name-taken`, `vg-full` ...
 */
export async function beginVolume({ vg, volume, owner, bytes, on = [] }: NewVolume, runner: LvmRunner): Promise<void> {
  const { groups } = await readStorage(runner);
  await clearUnfinished({ vg, volume }, owner, runner);
  const { extentBytes = 4 * 2 ** 20 } = groups.find(({ name }) => name === vg) ?? {};
  const size = ['--extents', String(extentsFor(bytes, extentBytes)), '--wipesignatures', 'y', '--zero', 'y'];
  await lvm(runner, ['lvcreate', '--yes', '--name', volume, '--addtag', unfinishedTag(owner), ...size, vg, ...on]);
}

/** From now on it is whole. */
export async function finishVolume({ vg, volume, owner }: NewVolume, runner: LvmRunner): Promise<void> {
  const tags = ['--addtag', ownerTag(owner), '--deltag', unfinishedTag(owner)];
  await lvm(runner, ['lvchange', ...tags, `${vg}/${volume}`]);
}

/** Makes room for a volume of ours that is to be made. @throws LvmError `name-taken` when something whole is there */
export async function clearUnfinished({ vg, volume }: VolumeName, owner: string, runner: LvmRunner): Promise<void> {
  const { volumes } = await readStorage(runner);
  const there: LogicalVolume | undefined = volumes.find((each) => each.vg === vg && each.name === volume);
  if (there === undefined) return;
  if (unfinishedOwnerOf(there.tags) !== owner) {
    throw new LvmError('name-taken', `There is a volume ${vg}/${volume} already.`, { remedy: 'Choose another name.' });
  }
  refuseOpen(there);
  await lvm(runner, ['lvremove', '--yes', `${vg}/${volume}`]);
}
