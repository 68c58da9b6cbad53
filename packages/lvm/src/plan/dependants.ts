import { deviceName, volumePath } from '../names.ts';
import type { LogicalVolume, Storage } from '../storage.ts';
import { markOf } from '../tags.ts';

/** Whether volumes lie in it, or their cache does: it is nobody's disk, whatever its tags say. */
export const isPool = ({ layout }: Pick<LogicalVolume, 'layout'>): boolean => layout.includes('pool');

/** Whether a volume takes its extents from a thin pool. `pool_lv` alone does not tell: caches and VDO have one, too. */
export const isThin = ({ segments }: LogicalVolume): boolean => segments.at(-1)?.type === 'thin';

/**
 * Why no snapshot is made of a volume whose cache is a volume (lvmcache(7), cachevol), nor one merged into it; undefined for others.
 * LVM 2.03.16 loads such a cache anew for that while it is in use: it fails on its own check of it, and without the check, what
 * was in the cache is read wrong afterwards. Cache pools and write caches are sound.
 */
export function cacheFault(volume: LogicalVolume): readonly [message: string, remedy: string] | undefined {
  const { vg, name, pool = '', segments } = volume;
  if (segments.at(-1)?.type !== 'cache' || pool.endsWith('_cpool')) return undefined;
  return [
    `Its cache ${pool} is a volume, with which a snapshot of it is not sound.`,
    `Take the cache off first, and put it on again afterwards: lvconvert --splitcache ${vg}/${name}.`,
  ];
}

/** A snapshot with a store of its own, which holds what has changed in its origin since. */
export const isThickSnapshot = ({ role }: LogicalVolume): boolean => role.includes('thicksnapshot');

/** lvs(8), lv_attr: the fifth letter of a snapshot that has overflowed. */
export const isOverflowed = ({ attributes }: LogicalVolume): boolean => /^[IS]$/.test(attributes[4] ?? '');

const HOW = {
  thick: 'is a snapshot of it',
  /** Of the same pool: it keeps what it holds without its origin, and forgets whose snapshot it was. */
  thin: 'is a snapshot of it',
  external: 'reads from it, its external origin',
  content: 'lies in it',
  cache: 'is its cache or pool, and would go with it',
  disk: 'is a physical volume in it',
} as const;

/** What depends on a volume. */
export interface Dependant {
  readonly name: string;
  readonly how: keyof typeof HOW;
  /** When it is a logical volume that others see. */
  readonly volume?: LogicalVolume;
}

/**
 * What would be lost without a volume, or would lose what it stands on. A disk of ours that is a thin clone is not among them:
 * it shares what both have in common, and is nobody's snapshot.
 */
export function dependantsOf({ volumes, disks }: Storage, volume: LogicalVolume): readonly Dependant[] {
  const { vg, name, pool } = volume;
  const paths = new Set([volumePath(vg, name), `/dev/mapper/${deviceName(vg, name)}`]);
  return [
    ...volumes.flatMap((other): Dependant[] => {
      const how = other.vg === vg && other !== volume ? dependence(other, volume) : undefined;
      return how === undefined ? [] : [{ name: other.name, how, volume: other }];
    }),
    ...(pool === undefined || isThin(volume) ? [] : [{ name: pool, how: 'cache' } as const]),
    ...disks.filter(({ device }) => paths.has(device)).map(({ device }) => ({ name: device, how: 'disk' }) as const),
  ];
}

function dependence(other: LogicalVolume, volume: LogicalVolume): Dependant['how'] | undefined {
  if (other.pool === volume.name) return 'content';
  if (other.origin !== volume.name) return undefined;
  if (!isThin(other)) return 'thick';
  if (!isThin(volume) || other.pool !== volume.pool) return 'external';
  return ['disk', 'unfinished'].includes(markOf(other.tags)?.kind ?? '') ? undefined : 'thin';
}

/** `web.root.monday is a snapshot of it; clone reads from it, its external origin` */
export const describeDependants = (dependants: readonly Dependant[]): string =>
  dependants.map(({ name, how }) => `${name} ${HOW[how]}`).join('; ');
