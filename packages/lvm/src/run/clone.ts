import { unfinishedTag, volumePath } from '../index.ts';
import { checkClones, copyLayout } from '../plan/clones.ts';
import { isThin } from '../plan/dependants.ts';
import { type CopyOptions, copyDevice } from './copy.ts';
import { findVolume, type VolumeName } from './find.ts';
import { lvm } from './lvm.ts';
import { readStorage } from './read-storage.ts';
import { type ReadOptions, readFromSnapshot } from './temporary-snapshot.ts';
import { beginVolume, clearUnfinished, finishVolume, type NewVolume } from './unfinished.ts';

export interface Clone extends VolumeName {
  readonly to: Pick<NewVolume, 'volume' | 'owner' | 'on'>;
}

/**
 * Makes volumes that hold what others hold at this moment, which may be in use. A clone of a thin volume shares what both have
 * in common; any other is copied from a snapshot, and laid out alike. All is checked before the first is made; until it is whole, a clone says that
 * it is not.
 *
 * @param onDone told of each
 * @throws LvmError `name-taken`, `vg-full`, `foreign-volume`, `aborted` ...; `plan-refused` for several
 */
export async function cloneVolumes(
  clones: readonly Clone[],
  optionsOf: (clone: Clone) => CopyOptions & ReadOptions,
  onDone: (clone: Clone) => void = () => undefined,
): Promise<void> {
  const [first] = clones;
  if (first === undefined) return;
  checkClones(clones, await readStorage(optionsOf(first)));
  for (const clone of clones) {
    await cloneVolume(clone, optionsOf(clone));
    onDone(clone);
  }
}

async function cloneVolume({ to, ...source }: Clone, options: CopyOptions & ReadOptions): Promise<void> {
  const { vg, volume } = source;
  const origin = findVolume(await readStorage(options), source);
  const copy: NewVolume = { vg, ...to, bytes: origin.bytes, layout: copyLayout(origin) };
  if (isThin(origin)) {
    await clearUnfinished(copy, to.owner, options);
    const words = ['--snapshot', '--setactivationskip', 'n', '--addtag', unfinishedTag(to.owner), '--name', to.volume];
    await lvm(options, ['lvcreate', ...words, `${vg}/${volume}`]);
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
