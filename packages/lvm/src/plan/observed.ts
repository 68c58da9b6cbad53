import type { ExtentRange, LogicalVolume, Storage } from '../storage.ts';
import type { Layout } from './desired.ts';

/** Internal volumes that a raid, a pool or a cached volume consists of; lvmraid(7), lvmthin(7), lvmcache(7). */
const PART = /^_(?:(?:rimage|rmeta)_\d+|[tc](?:data|meta)|w?corig)$/;

/** Whether an internal volume is a part of another. */
export const isPartOf = (part: LogicalVolume, { vg, name }: LogicalVolume): boolean =>
  part.internal && part.vg === vg && part.name.startsWith(name) && PART.test(part.name.slice(name.length));

/** The internal volumes directly below a volume: what it lies on, its metadata, its cache. */
export function partsOf({ volumes }: Pick<Storage, 'volumes'>, volume: LogicalVolume): readonly LogicalVolume[] {
  const below = new Set(volume.segments.flatMap(({ ranges }) => ranges.map(({ on }) => on)));
  return volumes.filter(
    (each) =>
      each.internal &&
      each.vg === volume.vg &&
      (below.has(each.name) || each.name === volume.pool || isPartOf(each, volume)),
  );
}

/** How a volume is laid out; undefined when it is none of the layouts that a plan makes. */
export function layoutOf({ segments, pool, role }: LogicalVolume): Layout | undefined {
  const last = segments.at(-1);
  if (role.includes('thicksnapshot')) return undefined;
  switch (last?.type) {
    case 'linear':
      return { type: 'linear' };
    case 'striped':
      return last.stripes > 1 ? { type: 'striped', stripes: last.stripes } : { type: 'linear' };
    case 'raid1':
      return { type: 'raid1', legs: last.stripes };
    case 'thin':
      return { type: 'thin', pool: pool ?? '' };
    case 'thin-pool':
      return { type: 'thin-pool' };
    default:
      return undefined;
  }
}

/** `striped over 2` is another layout than `striped over 3`. */
export function sameLayout(a: Layout, b: Layout): boolean {
  return JSON.stringify([a.type, detail(a)]) === JSON.stringify([b.type, detail(b)]);
}

const detail = (layout: Layout): unknown => Object.entries(layout).find(([key]) => key !== 'type')?.[1];

/** Reads where volumes lie, down through their parts. */
export class Places {
  readonly #volumes: ReadonlyMap<string, LogicalVolume>;
  readonly #internal: readonly LogicalVolume[];

  constructor({ volumes }: Storage) {
    this.#internal = volumes.filter(({ internal }) => internal);
    this.#volumes = new Map(volumes.map((volume) => [`${volume.vg}/${volume.name}`, volume]));
  }

  /** Extents of physical volumes that hold a volume's data. Empty for a thin volume, which has none of its own. */
  rangesOf({ vg, segments }: LogicalVolume): readonly ExtentRange[] {
    return segments.flatMap(({ ranges }) => ranges.flatMap((range) => this.#onDisks(vg, range)));
  }

  /** As {@link rangesOf}, with those of its metadata and of its cache. */
  allRangesOf(volume: LogicalVolume): readonly ExtentRange[] {
    const ranges = volume.segments.flatMap((segment) => segment.ranges);
    return [
      ...ranges.filter(({ on }) => !this.#volumes.has(`${volume.vg}/${on}`)),
      ...partsOf({ volumes: this.#internal }, volume).flatMap((part) => this.allRangesOf(part)),
    ];
  }

  /** The last extents of each leg or stripe. */
  endsOf({ vg, segments }: LogicalVolume): readonly (ExtentRange | undefined)[] {
    return (segments.at(-1)?.ranges ?? []).map((range) => this.#onDisks(vg, range).at(-1));
  }

  #onDisks(vg: string, range: ExtentRange): readonly ExtentRange[] {
    const part = this.#volumes.get(`${vg}/${range.on}`);
    return part === undefined ? [range] : this.rangesOf(part);
  }
}

/** LVM's internal volume that a volume lies on while pvmove moves it, or a part of it; undefined when none does. */
export function moveOf(storage: Pick<Storage, 'volumes'>, volume: LogicalVolume): LogicalVolume | undefined {
  for (const part of partsOf(storage, volume)) {
    const move = /^pvmove\d+$/.test(part.name) ? part : moveOf(storage, part);
    if (move !== undefined) return move;
  }
  return undefined;
}

/** A volume that pvmove is moving lies on its internal volume. */
export const isMoving = ({ segments }: LogicalVolume): boolean =>
  segments.some(({ ranges }) => ranges.some(({ on }) => /^pvmove\d+$/.test(on)));

/** Whether a thin pool takes no more writes: what is new in it would fail, or wait, at its first one. */
export const isFullPool = ({ dataPercent = 0, metadataPercent = 0, health = '' }: LogicalVolume): boolean =>
  dataPercent >= 100 || metadataPercent >= 100 || health.startsWith('out_of_');
