import type { ExtentRange } from '../storage.ts';
import type { FreeExtents } from './free-extents.ts';

/** Extents to be found. */
export interface Need {
  /** On how many disks, each of which takes the same: stripes or legs. */
  readonly legs: number;
  /** For each leg. */
  readonly extents: number;
  /** Where each leg ends now, when there is one; it goes on there if it can. */
  readonly ends: readonly (ExtentRange | undefined)[];
  /** Disks that may be taken, the first ones preferred. */
  readonly candidates: readonly string[];
}

/**
 * Takes what is needed. A single leg lies on the first disk that takes it whole, or else goes on from disk to disk;
 * several legs lie on as many disks, each whole.
 *
 * @returns undefined, with nothing taken, when there is not enough
 */
export function place(free: FreeExtents, need: Need): readonly ExtentRange[] | undefined {
  if (need.extents === 0) return [];
  const { candidates, ends, extents } = need;
  const disks = legDisks(free, need);
  if (disks) return disks.flatMap((disk, leg) => takeAfter(free, disk, { extents, end: ends[leg] }));
  const all = candidates.reduce((sum, disk) => sum + free.count(disk), 0);
  return need.legs === 1 && all >= extents ? spread(free, need) : undefined;
}

/** A disk for each leg that takes it whole. */
function legDisks(free: FreeExtents, { legs, extents, ends, candidates }: Need): readonly string[] | undefined {
  const takes = (disk: string): boolean => free.count(disk) >= extents;
  const disks = Array.from({ length: legs }, (_, leg) => {
    const end = ends[leg]?.on;
    return end !== undefined && candidates.includes(end) && takes(end) ? end : undefined;
  });
  // A leg that moves on must not come to a disk that another one lies on: the mirror would be none.
  const occupied = new Set([...disks, ...(legs > 1 ? ends.map((end) => end?.on) : [])]);
  const others = candidates.filter((disk) => !occupied.has(disk) && takes(disk));
  const found = disks.map((disk) => disk ?? others.shift());
  return found.every((disk) => disk !== undefined) ? found : undefined;
}

function spread(free: FreeExtents, { candidates, extents, ends }: Need): readonly ExtentRange[] {
  const end = ends[0];
  const order =
    end && candidates.includes(end.on) ? [end.on, ...candidates.filter((disk) => disk !== end.on)] : candidates;
  const taken: ExtentRange[] = [];
  let left = extents;
  for (const disk of order) {
    const ranges = takeAfter(free, disk, { extents: left, end });
    taken.push(...ranges);
    left -= ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
    if (left === 0) break;
  }
  return taken;
}

const takeAfter = (
  free: FreeExtents,
  disk: string,
  { extents, end }: { readonly extents: number; readonly end: ExtentRange | undefined },
): readonly ExtentRange[] => free.take(disk, extents, end?.on === disk ? end.last : undefined);
