import { unfinishedTag, volumePath } from '../index.ts';
import { type CopyOptions, copyDevice } from './copy.ts';
import { findOwner, findVolume, refuseFullPool, type VolumeName } from './find.ts';
import { lvm } from './lvm.ts';
import { readStorage } from './read-storage.ts';
import { readFromSnapshot } from './temporary-snapshot.ts';
import { beginVolume, clearUnfinished, finishVolume, type NewVolume } from './unfinished.ts';

export interface Clone extends VolumeName {
  readonly to: Pick<NewVolume, 'volume' | 'owner' | 'on'>;
}

/**
 * Makes a volume that holds what another holds at this moment, which may be in use. A clone of a thin volume shares what both
 * have in common; any other is copied from a snapshot. Until it is whole it says that it is not.
 *
 * @throws LvmError `name-taken`, `vg-full`, `foreign-volume`, `aborted` ...
 */
export async function cloneVolume({ to, ...source }: Clone, options: CopyOptions): Promise<void> {
  const { vg, volume } = source;
  const storage = await readStorage(options);
  const origin = findVolume(storage, source);
  findOwner(origin);
  const copy: NewVolume = { vg, ...to, bytes: origin.bytes };
  if (origin.pool !== undefined) {
    refuseFullPool(storage, origin);
    await clearUnfinished(copy, to.owner, options);
    const words = ['--snapshot', '--setactivationskip', 'n', '--addtag', unfinishedTag(to.owner), '--name', to.volume];
    await lvm(options, ['lvcreate', '--yes', ...words, `${vg}/${volume}`]);
    return await finishVolume(copy, options);
  }
  await beginVolume(copy, options);
  try {
    const copyFrom = (device: string): Promise<void> =>
      copyDevice(device, volumePath(vg, to.volume), origin.bytes, options);
    await readFromSnapshot(source, copyFrom, options);
  } catch (error) {
    await clearUnfinished(copy, to.owner, options);
    throw error;
  }
  await finishVolume(copy, options);
}
