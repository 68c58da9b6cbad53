import type { Guest, GuestDisk } from '@kvm/inventory';
import type { DesiredVolume, Layout } from '@kvm/lvm';
import type { Desired } from './desired.ts';

/** A disk of a guest, as the logical volume that it is to be. */
export interface GuestVolume {
  readonly guest: string;
  readonly volume: DesiredVolume;
}

/** What our volumes are marked with: whose they are. */
export const volumeOwner = (guest: string, disk: string): string => `${guest}/${disk}`;

/** The logical volumes of all guests. */
export const guestVolumes = ({ guests, inventory }: Desired): readonly GuestVolume[] =>
  guests.flatMap(({ guest }) => guest.disks.map((disk) => volumeOf(inventory.host.vg, guest, disk)));

function volumeOf(vg: string, guest: Guest, disk: GuestDisk): GuestVolume {
  const { name, bytes, on, from } = disk;
  return {
    guest: guest.name,
    volume: {
      vg,
      name: `${guest.name}.${name}`,
      bytes,
      owner: volumeOwner(guest.name, name),
      layout: layoutOf(disk),
      ...(on && { on }),
      ...(from !== undefined && { from }),
    },
  };
}

/** An inventory has `over` where there are several disks, and `pool` where there is a pool. */
function layoutOf({ type, over = 2, pool = '' }: GuestDisk): Layout {
  switch (type) {
    case 'striped':
      return { type, stripes: over };
    case 'raid1':
      return { type, legs: over };
    case 'thin':
      return { type, pool };
    default:
      return { type: 'linear' };
  }
}
