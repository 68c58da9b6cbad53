import { type LogicalVolume, LvmError, ownerOf, type Storage } from '../index.ts';
import { cacheFault } from '../plan/dependants.ts';
import { groupNamed } from '../plan/group.ts';
import { moveOf } from '../plan/observed.ts';

/** A logical volume, by its names. */
export interface VolumeName {
  readonly vg: string;
  readonly volume: string;
}

/** @throws LvmError `vg-not-found`, `ambiguous-group`, `volume-not-found` */
export function findVolume(storage: Storage, { vg, volume }: VolumeName): LogicalVolume {
  groupNamed(storage, vg);
  const found = storage.volumes.find((each) => each.vg === vg && each.name === volume);
  if (found !== undefined) return found;
  throw new LvmError('volume-not-found', `There is no volume ${vg}/${volume}.`, {
    remedy: 'See which there are: lvs.',
  });
}

/** Who a volume is of. @throws LvmError `foreign-volume` when it is none of ours */
export function findOwner({ vg, name, tags }: LogicalVolume): string {
  const owner = ownerOf(tags);
  if (owner !== undefined) return owner;
  throw new LvmError('foreign-volume', `${vg}/${name} does not bear our tag: it is somebody else's.`, {
    remedy: 'Adopt it first, when it is yours.',
  });
}

/** @throws LvmError `bad-layout` */
export function refuseCached(volume: LogicalVolume): void {
  const fault = cacheFault(volume);
  if (fault) throw new LvmError('bad-layout', `${volume.vg}/${volume.name}: ${fault[0]}`, { remedy: fault[1] });
}

/** LVM takes no snapshot of it, in words that differ. @throws LvmError `moving` */
export function refuseMoving(storage: Storage, volume: LogicalVolume): void {
  if (moveOf(storage, volume) === undefined) return;
  throw new LvmError('moving', `${volume.vg}/${volume.name} is being moved.`, {
    remedy: 'Wait until that has ended, or take it back: kvmctl disk move --abort.',
  });
}
