import { extentsFor, stripedExtents } from '../extents.ts';
import type { LogicalVolume } from '../storage.ts';
import type { DesiredVolume, Layout } from './desired.ts';
import { extentsOf, type Room } from './room.ts';

const MIB = 2 ** 20;
/** lvmraid(7): the unit that a mirror is synchronised by, LVM's `raid_region_size`. */
const REGION_BYTES = 2 * MIB;

/** How many extents a volume is to have, and how many must be found for that. */
export interface Growth {
  /** Of the volume, afterwards. */
  readonly extents: number;
  readonly legs: number;
  /** For each leg. */
  readonly legExtents: number;
  /** For a new thin pool: of its metadata. */
  readonly metadataExtents?: number;
}

/** Extents that a layout is given for a wish in bytes. */
export function wantedExtents(bytes: number, layout: Layout, { group }: Room): number {
  const extents = extentsFor(bytes, group.extentBytes);
  return layout.type === 'striped' ? stripedExtents(extents, layout.stripes) : extents;
}

export function creation({ bytes, layout }: Pick<DesiredVolume, 'bytes' | 'layout'>, room: Room): Growth {
  const extents = wantedExtents(bytes, layout, room);
  if (layout.type !== 'thin-pool') return { extents, ...perLeg(layout, { from: 0, to: extents }, room) };
  const metadataExtents = extentsFor(poolMetadataBytes(bytes), room.group.extentBytes);
  const spare = Math.max(0, metadataExtents - room.spareExtents);
  return { extents, legs: 1, legExtents: extents + metadataExtents + spare, metadataExtents };
}

export function extension(observed: LogicalVolume, layout: Layout, { to, room }: { to: number; room: Room }): Growth {
  return { extents: to, ...perLeg(layout, { from: extentsOf(observed, room.group), to }, room) };
}

function perLeg(layout: Layout, { from, to }: { from: number; to: number }, { group }: Room): Omit<Growth, 'extents'> {
  switch (layout.type) {
    case 'thin':
      return { legs: 1, legExtents: 0 };
    case 'striped':
      return { legs: layout.stripes, legExtents: (to - from) / layout.stripes };
    case 'raid1': {
      const metadata = raidMetadataExtents(to, group.extentBytes) - raidMetadataExtents(from, group.extentBytes);
      return { legs: layout.legs, legExtents: to - from + metadata };
    }
    default:
      return { legs: 1, legExtents: to - from };
  }
}

/** Beside each leg of a raid1: two superblocks of 4 KiB and a bit for each region, as LVM's raid_manip.c counts. */
function raidMetadataExtents(extents: number, extentBytes: number): number {
  if (extents === 0) return 0;
  const regions = Math.floor((extents * extentBytes) / REGION_BYTES);
  return extentsFor(2 * 4096 + Math.ceil(regions / 8), extentBytes);
}

/** lvmthin(7): 64 bytes for each chunk of 64 KiB; LVM takes larger chunks when that is more than 1 GiB. */
const poolMetadataBytes = (bytes: number): number => Math.min(Math.max(bytes / 1024, 4 * MIB), 1024 * MIB);
