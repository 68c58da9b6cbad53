import { type LogicalVolume, LvmError, ownerOf, type Storage } from '../index.ts';
import { isFullPool, moveOf } from '../plan/observed.ts';

/** A logical volume, by its names. */
export interface VolumeName {
  readonly vg: string;
  readonly volume: string;
}

/** @throws LvmError `vg-not-found`, `volume-not-found` */
export function findVolume({ groups, volumes }: Storage, { vg, volume }: VolumeName): LogicalVolume {
  const found = volumes.find((each) => each.vg === vg && each.name === volume);
  if (found !== undefined) return found;
  if (groups.some(({ name }) => name === vg))
    throw new LvmError('volume-not-found', `There is no volume ${vg}/${volume}.`, {
      remedy: 'See which there are: lvs.',
    });
  throw new LvmError('vg-not-found', `There is no volume group ${vg}.`, {
    remedy: 'See which there are: vgs. A filter in lvm.conf may hide its disks.',
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

/** @throws LvmError `in-use` */
export function refuseOpen({ vg, name, open }: LogicalVolume): void {
  if (!open) return;
  throw new LvmError('in-use', `${vg}/${name} is open.`, {
    remedy: 'Stop the guest, or whatever else has it open (lsof, dmsetup deps), then run again.',
  });
}

/** LVM would put a snapshot of a thin volume into a full pool. @throws LvmError `thin-pool-full` */
export function refuseFullPool({ volumes }: Storage, { vg, pool }: LogicalVolume): void {
  if (!volumes.some((each) => each.vg === vg && each.name === pool && isFullPool(each))) return;
  throw new LvmError('thin-pool-full', `The thin pool ${vg}/${pool} is full.`, {
    remedy: `Grow it (lvextend -L +10G ${vg}/${pool}), or remove what is in it.`,
  });
}

/** LVM takes no snapshot of it, in words that differ. @throws LvmError `moving` */
export function refuseMoving(storage: Storage, volume: LogicalVolume): void {
  if (moveOf(storage, volume) === undefined) return;
  throw new LvmError('moving', `${volume.vg}/${volume.name} is being moved.`, {
    remedy: 'Wait until that has ended, or take it back: kvmctl disk move --abort.',
  });
}
