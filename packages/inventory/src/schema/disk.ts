import * as z from 'zod/mini';
import { BUILT_IN } from '../built-in.ts';
import { judgeLvmName, judgePhysicalVolume, PHYSICAL_VOLUME_PATTERN } from '../values/text-rules.ts';
import { diskSize, keyDocs, path, text, whole } from './fields.ts';

const physicalVolume = text('a physical volume, such as /dev/sdb, or a tag, such as @ssd', judgePhysicalVolume, {
  examples: ['/dev/sdb', '@ssd'],
  pattern: PHYSICAL_VOLUME_PATTERN,
});

const diskMap = z.strictObject({
  size: z.exactOptional(diskSize),
  type: z.exactOptional(
    z.enum(['linear', 'striped', 'raid1', 'thin'], 'linear, striped, raid1 or thin').register(keyDocs, {
      description:
        'How the volume is laid out: in one piece, in stripes over several physical volumes, whole on each of several, or taking space from a thin pool as it is written.',
      default: BUILT_IN.disk.type,
    }),
  ),
  over: z.exactOptional(
    whole(2, 64, {
      description: 'Over how many physical volumes, for striped and raid1.',
      default: BUILT_IN.disk.over,
    }),
  ),
  pool: z.exactOptional(
    text('the name of a thin pool, such as pool', judgeLvmName, {
      description: 'The thin pool, a volume of the same group, for thin.',
      default: BUILT_IN.disk.pool,
    }),
  ),
  on: z.exactOptional(
    z
      .union(
        [physicalVolume, z.array(physicalVolume).check(z.minLength(1, 'a list of at least one physical volume'))],
        'a physical volume, or a list of them',
      )
      .register(keyDocs, {
        description:
          'Physical volumes of the group that it may lie on, the first preferred; @ssd stands for those with the LVM tag ssd.',
        examples: ['@ssd', ['/dev/sdb', '/dev/sdc']],
      }),
  ),
  from: z.exactOptional(
    path('/srv/images/debian.tar.zst', {
      description:
        'What it is filled from when it is made, a file on the host: a raw image, or a tarball of a file system, for which an ext4 is made.',
      examples: ['/srv/images/debian.raw', '/srv/images/debian.tar.zst'],
    }),
  ),
});

export type DiskKeys = z.infer<typeof diskMap>;

export const diskKeyNames: readonly string[] = Object.keys(diskMap.shape);

/** The map comes first, so that mistakes in a map are told of its keys, and of everything else that it is no size. */
export const diskSchema = z.union(
  [diskMap, diskSize],
  'a size such as 8 GiB, or a map such as { size: 8 GiB, on: /dev/sdb }',
);
