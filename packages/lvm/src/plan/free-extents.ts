import type { ExtentRange, LogicalVolume, PhysicalVolume } from '../storage.ts';

/** Consecutive free extents. */
interface Gap {
  readonly first: number;
  readonly last: number;
}

const sizeOf = ({ first, last }: Gap): number => last - first + 1;

/** The free extents of physical volumes, from which a plan takes. */
export class FreeExtents {
  readonly #gaps = new Map<string, readonly Gap[]>();

  /** @param disks those that new extents may lie on */
  constructor(disks: readonly PhysicalVolume[], volumes: readonly LogicalVolume[]) {
    const used = new Map<string, ExtentRange[]>(disks.map(({ device }) => [device, []]));
    for (const { segments } of volumes)
      for (const { ranges } of segments) for (const range of ranges) used.get(range.on)?.push(range);
    for (const { device, extents } of disks) this.#gaps.set(device, gapsBetween(used.get(device) ?? [], extents));
  }

  count(device: string): number {
    return (this.#gaps.get(device) ?? []).reduce((sum, gap) => sum + sizeOf(gap), 0);
  }

  /**
   * Takes extents of a disk, in as few pieces as can be.
   *
   * @param after an extent that they should follow without a gap
   * @returns as many as there are, up to those wanted
   */
  take(device: string, extents: number, after?: number): readonly ExtentRange[] {
    const gaps = this.#gaps.get(device) ?? [];
    const taken: ExtentRange[] = [];
    let left = extents;
    for (const gap of inOrderOfUse(gaps, extents, after)) {
      if (left <= 0) break;
      const range = { on: device, first: gap.first, last: Math.min(gap.last, gap.first + left - 1) };
      taken.push(range);
      left -= sizeOf(range);
    }
    this.#gaps.set(device, without(gaps, taken));
    return taken;
  }
}

function gapsBetween(used: readonly ExtentRange[], extents: number): Gap[] {
  const gaps: Gap[] = [];
  let first = 0;
  for (const range of [...used].sort((a, b) => a.first - b.first)) {
    if (range.first > first) gaps.push({ first, last: range.first - 1 });
    first = Math.max(first, range.last + 1);
  }
  if (first < extents) gaps.push({ first, last: extents - 1 });
  return gaps;
}

/** The gap that follows without a break, then the first that takes all, then from the largest on. */
function inOrderOfUse(gaps: readonly Gap[], extents: number, after: number | undefined): readonly Gap[] {
  const next = gaps.find(({ first }) => after !== undefined && first === after + 1);
  const whole = next && sizeOf(next) >= extents ? next : gaps.find((gap) => sizeOf(gap) >= extents);
  if (whole) return [whole];
  const others = gaps.filter((gap) => gap !== next).sort((a, b) => sizeOf(b) - sizeOf(a));
  return next ? [next, ...others] : others;
}

/** What is taken begins where its gap does. */
const without = (gaps: readonly Gap[], taken: readonly ExtentRange[]): readonly Gap[] =>
  gaps.flatMap((gap) => {
    const range = taken.find(({ first }) => first === gap.first);
    if (range === undefined) return [gap];
    return range.last < gap.last ? [{ first: range.last + 1, last: gap.last }] : [];
  });
