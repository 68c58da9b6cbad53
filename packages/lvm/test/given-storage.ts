import {
  type LogicalVolume,
  LvmError,
  type PhysicalVolume,
  type Segment,
  type Storage,
  type VolumeGroup,
} from '../src/index.ts';

const extentBytes = 4 * 2 ** 20;

/** A group with 100 extents, 50 of them free. */
export const group = (more: Partial<VolumeGroup> = {}): VolumeGroup => ({
  ...{ name: 'vg', uuid: 'vg-uuid', extentBytes, extents: 100, freeExtents: 50, tags: [] },
  ...{ exported: false, writable: true, missingDisks: 0, ...more },
});

export const disk = (device: string, more: Partial<PhysicalVolume> = {}): PhysicalVolume => ({
  ...{ device, uuid: `uuid of ${device}`, vg: 'vg', bytes: 50 * extentBytes, extents: 50, freeExtents: 25 },
  ...{ tags: [], allocatable: true, missing: false, duplicate: false, ...more },
});

const segment = (more: Partial<Segment>): Segment => ({
  ...{ type: 'linear', start: 0, extents: 10, stripes: 1, stripeBytes: 0, chunkBytes: 0 },
  ...{ ranges: [{ on: '/dev/sda', first: 0, last: 9 }], ...more },
});

/** A linear volume of 10 extents at the beginning of /dev/sda. @param tag of ours, when it bears one */
export const volume = (name: string, tag?: string, more: Partial<LogicalVolume> = {}): LogicalVolume => ({
  ...{ vg: 'vg', name, uuid: `uuid of ${name}`, bytes: 10 * extentBytes, tags: tag === undefined ? [] : [tag] },
  ...{ internal: false, layout: ['linear'], role: ['public'], segments: [segment({})], attributes: '-wi-a-----' },
  ...{ active: true, open: false, writable: true, merging: false, ...more },
});

/** A snapshot with a store of its own. */
export const thickSnapshot = (name: string, origin: string, more: Partial<LogicalVolume> = {}): LogicalVolume =>
  volume(name, undefined, {
    ...{ origin, role: ['public', 'snapshot', 'thicksnapshot'], attributes: 'swi-a-s---', dataPercent: 10, ...more },
  });

export const thin = (name: string, tag?: string, more: Partial<LogicalVolume> = {}): LogicalVolume =>
  volume(name, tag, {
    ...{ pool: 'pool', layout: ['thin', 'sparse'], attributes: 'Vwi-a-tz--' },
    ...{ segments: [segment({ type: 'thin', ranges: [] })], ...more },
  });

export const pool = (name = 'pool', more: Partial<LogicalVolume> = {}): LogicalVolume =>
  volume(name, undefined, {
    ...{ layout: ['thin', 'pool'], role: ['private'], open: true, attributes: 'twi-aotz--' },
    ...{ segments: [segment({ type: 'thin-pool', ranges: [{ on: `${name}_tdata`, first: 0, last: 9 }] })], ...more },
  });

/** A disk `a.root` on /dev/sda with a full cache on /dev/sdb, and the parts of it. */
export const cached = (type: 'cache' | 'writecache'): readonly LogicalVolume[] => [
  volume('a.root', 'kvm:a/root', {
    ...{ pool: 'fast_cvol', origin: 'a.root_corig', layout: [type], dataPercent: 100 },
    segments: [segment({ type, ranges: [{ on: 'a.root_corig', first: 0, last: 9 }] })],
  }),
  volume('a.root_corig', undefined, { internal: true }),
  volume('fast_cvol', undefined, { internal: true, dataPercent: 100, ...on('/dev/sdb') }),
];

/** A volume on other disks or parts. */
export const on = (...places: readonly string[]): Pick<LogicalVolume, 'segments'> => ({
  segments: places.map((place) => segment({ ranges: [{ on: place, first: 0, last: 9 }] })),
});

export const storage = (volumes: readonly LogicalVolume[], more: Partial<Storage> = {}): Storage => ({
  groups: [group()],
  disks: [disk('/dev/sda'), disk('/dev/sdb')],
  volumes,
  ...more,
});

/** The code of what is thrown, and of each problem where there are several; `none` when nothing is. */
export function codesIn(attempt: () => unknown): string {
  try {
    attempt();
    return 'none';
  } catch (error) {
    if (!(error instanceof LvmError)) throw error;
    return [error.code, ...error.problems.map(({ code, where }) => `${where} ${code}`)].join('; ');
  }
}
