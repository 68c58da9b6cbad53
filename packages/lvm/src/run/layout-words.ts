import type { CreateStep } from '../index.ts';

/** What lvcreate(8) is told of a new volume's layout and size. It zeroes the first 4 KiB and wipes signatures; a thin volume reads as zeros anyway. */
export function layoutWords({
  layout,
  extents,
  bytes,
  metadataExtents = 0,
}: Pick<CreateStep, 'layout' | 'extents' | 'bytes' | 'metadataExtents'>): readonly string[] {
  const size = ['--extents', String(extents), '--wipesignatures', 'y', '--zero', 'y'];
  switch (layout.type) {
    case 'linear':
      return ['--type', 'linear', ...size];
    case 'striped':
      return ['--type', 'striped', '--stripes', String(layout.stripes), ...size];
    case 'raid1':
      return ['--type', 'raid1', '--mirrors', String(layout.legs - 1), ...size];
    case 'thin':
      return ['--type', 'thin', '--virtualsize', `${bytes}b`, '--thinpool', layout.pool];
    case 'thin-pool': {
      const metadata = (bytes / extents) * metadataExtents;
      return ['--type', 'thin-pool', '--extents', String(extents), '--poolmetadatasize', `${metadata}b`];
    }
  }
}
