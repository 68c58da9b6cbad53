import { deepEqual, equal, ok } from 'node:assert/strict';
import type { ExtentRange, Layout, LogicalVolume, PhysicalVolume, Segment, Step, Storage } from '../src/index.ts';
import { ownerTag } from '../src/index.ts';

export const extentBytes = 4 * 2 ** 20;

interface ModelVolume {
  readonly tags: readonly string[];
  readonly layout: Layout;
  readonly extents: number;
  /** Extents of physical volumes, for each stripe or leg. */
  readonly legs: readonly (readonly ExtentRange[])[];
}

/** A little LVM with one group: it does steps, and refuses those that LVM could not do. It knows nothing of how plans are made. */
export class Model {
  readonly #disks: readonly PhysicalVolume[];
  readonly #volumes = new Map<string, ModelVolume>();

  /** @param sizes extents of each disk; the first is tagged `ssd` */
  constructor(sizes: readonly number[]) {
    this.#disks = sizes.map((extents, index) => ({
      ...{ device: `/dev/sd${'abcdefgh'[index]}`, uuid: `pv${index}`, vg: 'vg', bytes: extents * extentBytes, extents },
      ...{
        freeExtents: extents,
        tags: index === 0 ? ['ssd'] : [],
        allocatable: true,
        missing: false,
        duplicate: false,
      },
    }));
  }

  get storage(): Storage {
    const extents = this.#disks.reduce((sum, disk) => sum + disk.extents, 0);
    const group = { name: 'vg', uuid: 'vg', extentBytes, extents, freeExtents: extents, tags: [] };
    return {
      groups: [{ ...group, exported: false, writable: true, missingDisks: 0 }],
      disks: this.#disks,
      volumes: [...this.#volumes].flatMap(([name, volume]) => report(name, volume)),
    };
  }

  /** A volume that somebody else made. */
  add(name: string, volume: ModelVolume): void {
    this.#take(volume.legs.flat());
    this.#volumes.set(name, volume);
  }

  apply(step: Step): void {
    const old = this.#volumes.get(step.volume);
    if (step.action === 'create') {
      equal(old, undefined, 'the name is taken');
      this.#take(step.on);
      const { layout, extents } = step;
      checkSum(step.on, needed(layout, extents, step.metadataExtents));
      this.#volumes.set(step.volume, { tags: [ownerTag(step.owner)], layout, extents, legs: legsOf(layout, step.on) });
      return;
    }
    ok(old, 'there is no such volume');
    if (step.action === 'grow') {
      ok(step.extents > old.extents, 'it would shrink');
      this.#take(step.on);
      checkSum(
        step.on,
        needed(old.layout, step.extents - old.extents) - (old.layout.type === 'raid1' ? old.legs.length : 0),
      );
      this.#volumes.set(step.volume, { ...old, extents: step.extents, legs: longer(old.legs, step.on) });
    } else if (step.action === 'tag') {
      this.#volumes.set(step.volume, { ...old, tags: [...old.tags, ownerTag(step.owner)] });
    } else {
      this.#volumes.delete(step.volume);
      if (step.action === 'remove') return;
      equal(this.#volumes.get(step.to), undefined, 'the new name is taken');
      this.#volumes.set(step.to, old);
    }
  }

  #take(ranges: readonly ExtentRange[]): void {
    const used = [...this.#volumes.values()].flatMap(({ legs }) => legs.flat());
    for (const [index, { on, first, last }] of ranges.entries()) {
      const disk = this.#disks.find(({ device }) => device === on);
      ok(disk && first >= 0 && last >= first && last < disk.extents, `${on} has no extents ${first}-${last}`);
      const others = [...used, ...ranges.slice(0, index)].filter((other) => other.on === on);
      ok(
        others.every((other) => other.last < first || other.first > last),
        `${on}:${first}-${last} is in use`,
      );
    }
  }
}

const sizeOf = (ranges: readonly ExtentRange[]): number =>
  ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);

const checkSum = (ranges: readonly ExtentRange[], extents: number): void => equal(sizeOf(ranges), extents);

/** Extents that LVM takes for a new volume: a raid1 has one more a leg, a pool its metadata and the spare of it. */
function needed(layout: Layout, extents: number, metadata = 0): number {
  if (layout.type === 'thin') return 0;
  return layout.type === 'raid1' ? layout.legs * (extents + 1) : extents + 2 * metadata;
}

function legsOf(layout: Layout, ranges: readonly ExtentRange[]): readonly (readonly ExtentRange[])[] {
  const count = layout.type === 'striped' ? layout.stripes : layout.type === 'raid1' ? layout.legs : 1;
  if (count === 1) return [ranges];
  const legs = byDisk(ranges);
  equal(legs.length, count, 'legs must lie on as many disks');
  equal(new Set(legs.map(sizeOf)).size, 1, 'legs must be of one size');
  return legs;
}

function byDisk(ranges: readonly ExtentRange[]): readonly (readonly ExtentRange[])[] {
  const disks = [...new Set(ranges.map(({ on }) => on))];
  return disks.map((disk) => ranges.filter(({ on }) => on === disk));
}

/** Each leg goes on on its own disk; one whose disk is full takes what is left. */
function longer(
  legs: readonly (readonly ExtentRange[])[],
  ranges: readonly ExtentRange[],
): readonly (readonly ExtentRange[])[] {
  if (legs.length === 1) return [[...(legs[0] ?? []), ...ranges]];
  const more = [...byDisk(ranges)];
  if (more.length > 0)
    deepEqual([legs.length, new Set(more.map(sizeOf)).size], [more.length, 1], 'legs must grow alike');
  const own = legs.map((leg) => {
    const index = more.findIndex((piece) => piece[0]?.on === leg.at(-1)?.on);
    return index < 0 ? undefined : more.splice(index, 1)[0];
  });
  const grown = legs.map((leg, index) => [...leg, ...(own[index] ?? more.shift() ?? [])]);
  const disks = grown.flatMap((leg) => [...new Set(leg.map(({ on }) => on))]);
  equal(new Set(disks).size, disks.length, 'two legs lie on one disk');
  return grown;
}

function report(name: string, { tags, layout, extents, legs }: ModelVolume): LogicalVolume[] {
  const volume = {
    ...{ vg: 'vg', name, uuid: name, bytes: extents * extentBytes, tags, internal: false, role: ['public'] },
    ...{ attributes: '-wi-a-----', active: true, open: false, writable: true, merging: false },
  };
  const part = (suffix: string, ranges: readonly ExtentRange[]): LogicalVolume => ({
    ...{ ...volume, name: `${name}_${suffix}`, internal: true, tags: [], layout: ['linear'] },
    segments: ranges.map((range) => segment('linear', [range])),
  });
  const whole = (suffix: string): ExtentRange => ({ on: `${name}_${suffix}`, first: 0, last: extents - 1 });
  switch (layout.type) {
    case 'thin':
      return [{ ...volume, layout: ['thin', 'sparse'], pool: layout.pool, segments: [segment('thin', [])] }];
    case 'thin-pool':
      return [
        { ...volume, layout: ['thin', 'pool'], segments: [segment('thin-pool', [whole('tdata')])] },
        part('tdata', legs.flat()),
      ];
    case 'raid1':
      return [
        {
          ...volume,
          layout: ['raid', 'raid1'],
          segments: [
            segment(
              'raid1',
              legs.map((_, leg) => whole(`rimage_${leg}`)),
            ),
          ],
        },
        ...legs.map((ranges, leg) => part(`rimage_${leg}`, ranges)),
      ];
    case 'striped': {
      const pieces = Math.max(...legs.map((leg) => leg.length));
      const rows = Array.from({ length: pieces }, (_, piece) => legs.flatMap((leg) => leg[piece] ?? leg.at(-1) ?? []));
      return [{ ...volume, layout: ['striped'], segments: rows.map((ranges) => segment('striped', ranges)) }];
    }
    case 'linear':
      return [{ ...volume, layout: ['linear'], segments: legs.flat().map((range) => segment('linear', [range])) }];
  }
}

const segment = (type: string, ranges: readonly ExtentRange[]): Segment => ({
  ...{ type, start: 0, extents: 0, stripes: ranges.length, stripeBytes: 0, ranges, chunkBytes: 0 },
});
