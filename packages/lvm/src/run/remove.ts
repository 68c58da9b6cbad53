import { type LogicalVolume, LvmError, markOf } from '../index.ts';
import { isThickSnapshot } from '../plan/dependants.ts';
import { groupNamed } from '../plan/group.ts';
import { whyNotRemove } from '../plan/removals.ts';
import { type LvmRunner, lvm } from './lvm.ts';
import { readStorage } from './read-storage.ts';

/** A volume that is to be removed. */
export interface Doomed {
  readonly vg: string;
  /** LVM's: a name may be another volume's meanwhile. */
  readonly uuid: string;
  /** Our tag, which says what it is. */
  readonly tag: string;
}

/** A selection of lvm(8)'s that fits one volume, and only while it bears a tag. LVM looks while it holds the group's lock. */
export const selection = ({ uuid, tag }: Omit<Doomed, 'vg'>): string => `lv_uuid="${uuid}" && lv_tags="${tag}"`;

/**
 * Removes one volume of ours, and nothing with it. LVM is asked by UUID and tag; what it would ask back, whether dependants or
 * an open device are meant, too, is never answered yes: what depends on it is looked for first, and refused by LVM itself when it
 * came meanwhile.
 *
 * @throws LvmError `volume-not-found`, `foreign-volume`, `in-use` with the names of what depends on it, `moving`
 */
export async function removeVolume(doomed: Doomed, runner: LvmRunner, { siblingsStay = false } = {}): Promise<void> {
  const { vg, uuid } = doomed;
  const storage = await readStorage(runner);
  groupNamed(storage, vg);
  const volume = storage.volumes.find((each) => each.vg === vg && each.uuid === uuid);
  if (volume === undefined) {
    throw new LvmError('volume-not-found', `The volume with the UUID ${uuid} is not in ${vg} any more.`, {
      remedy: 'See which there are: lvs -o +lv_uuid.',
    });
  }
  if (markOf(volume.tags)?.tag !== doomed.tag) throw notTagged(volume, doomed);
  const seen = siblingsStay ? { ...storage, volumes: withoutSiblings(storage.volumes, volume) } : storage;
  const fault = whyNotRemove(volume, seen);
  if (fault) throw new LvmError(fault[0], `${vg}/${volume.name}: ${fault[1]}`, { remedy: fault[2] });
  await removeSelected(volume, doomed, runner);
  if ((await readStorage(runner)).volumes.some((each) => each.uuid === uuid)) throw changed(volume);
}

/** Thin snapshots of the same volume live on without it. */
const withoutSiblings = (volumes: readonly LogicalVolume[], { name, pool }: LogicalVolume): readonly LogicalVolume[] =>
  volumes.filter((each) => each.origin !== name || each.pool === undefined || each.pool !== pool);

async function removeSelected(volume: LogicalVolume, doomed: Doomed, runner: LvmRunner): Promise<void> {
  const { vg } = doomed;
  const select = selection(doomed);
  // To deactivate it, LVM would deactivate its origin, which is in use. It is asked whether an active volume is meant, and
  // nothing else: nothing can depend on a snapshot of this kind, and the selection sees to it.
  if (isThickSnapshot(volume)) {
    const alone = `${select} && lv_role=thicksnapshot && lv_descendants=""`;
    await lvm(runner, ['lvremove', '--yes', '--select', alone, vg]);
    return;
  }
  // An inactive volume goes without a question, and its snapshots with it.
  const withoutSnapshot = `${select} && lv_role!=thickorigin`;
  if (volume.active) await lvm(runner, ['lvchange', '--activate', 'n', '--select', withoutSnapshot, vg]);
  try {
    await lvm(runner, ['lvremove', '--select', withoutSnapshot, vg]);
  } catch (error) {
    if (volume.active) await runner.run(['lvchange', '--activate', 'y', '--select', select, vg]);
    throw error;
  }
}

const changed = ({ vg, name }: LogicalVolume): LvmError =>
  new LvmError('changed-meanwhile', `${vg}/${name} was not removed: its tag or its snapshots have changed meanwhile.`, {
    remedy: 'See what works with it besides, and run it again.',
  });

const notTagged = ({ vg, name }: LogicalVolume, { tag }: Doomed): LvmError =>
  new LvmError('foreign-volume', `${vg}/${name} does not bear the tag ${tag} any more: it was not removed.`, {
    remedy: 'See what it is now: lvs -o +lv_tags.',
  });
