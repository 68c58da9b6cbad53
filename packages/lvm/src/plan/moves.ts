import type { ExtentRange, LogicalVolume, PhysicalVolume, Storage } from '../storage.ts';
import { markOf } from '../tags.ts';
import { isThin } from './dependants.ts';
import { groupFault } from './group.ts';
import { isMoving, moveOf, Places, partsOf } from './observed.ts';
import { Problems } from './problems.ts';

/** A volume that is to be moved; disks as LVM names them. */
export interface WantedMove {
  readonly vg: string;
  readonly volume: string;
  /**
   * All that lies on this disk, metadata and cache too. When absent, all data that does not lie on the new ones: a cache stays on
   * the fast disk that somebody chose for it.
   */
  readonly from?: string;
  readonly to: readonly string[];
}

/** The physical volumes that a volume's data lies on, as LVM reports it. */
export const placesOf = (storage: Storage, volume: LogicalVolume): readonly string[] =>
  disksOf(new Places(storage).rangesOf(volume));

const disksOf = (ranges: readonly ExtentRange[]): readonly string[] => [...new Set(ranges.map(({ on }) => on))];

/** What a move has still to move of a volume. */
export const rangesToMove = (
  { from, to }: WantedMove,
  storage: Storage,
  volume: LogicalVolume,
): readonly ExtentRange[] => {
  const places = new Places(storage);
  const ranges = from === undefined ? places.rangesOf(volume) : places.allRangesOf(volume);
  return ranges.filter(({ on }) => !to.includes(on) && (from === undefined || on === from));
};

/**
 * Checks that volumes can be moved, all of them before the first.
 *
 * @throws LvmError `nothing-to-move` when one does not lie on the disk that it is to be moved from; `bad-layout`, `vg-full`,
 * `pv-not-found`, `foreign-volume` ...; `plan-refused` for several
 */
export function checkMoves(wanted: readonly WantedMove[], storage: Storage): void {
  const problems = new Problems();
  for (const vg of new Set(wanted.map((each) => each.vg))) {
    const fault = groupFault(storage, vg);
    if (fault) problems.add(fault[0], vg, [fault[1], fault[2]]);
  }
  problems.throwAny();
  const needed = new Map<string, number>();
  for (const move of wanted) {
    const volume = storage.volumes.find(({ vg, name }) => vg === move.vg && name === move.volume);
    if (volume === undefined)
      problems.add('volume-not-found', `${move.vg}/${move.volume}`, ['There is no such volume.', 'See lvs.']);
    else checkMove(move, volume, { storage, problems, needed });
  }
  for (const [disks, extents] of needed) checkRoom(disks.split(' '), extents, { storage, problems });
  problems.throwAny();
}

interface Context {
  readonly storage: Storage;
  readonly problems: Problems;
}

function checkMove(
  move: WantedMove,
  volume: LogicalVolume,
  { storage, problems, needed }: Context & { readonly needed: Map<string, number> },
): void {
  const where = `${move.vg}/${move.volume}`;
  if (isThin(volume)) {
    const message = `It lies in the thin pool ${volume.pool}, together with what others have there.`;
    problems.add('bad-layout', where, [message, `Move the whole pool: ${move.vg}/${volume.pool}.`]);
    return;
  }
  if (isMoving(volume) || moveOf(storage, volume)) return; // it goes on, wherever from
  const places = disksOf(new Places(storage).allRangesOf(volume));
  if (move.from !== undefined && !places.includes(move.from)) {
    const message = `It does not lie on ${move.from}, but on ${places.join(' and ') || 'nothing'}.`;
    problems.add('nothing-to-move', where, [message, 'Name the disk that it lies on, or leave --from out.']);
    return;
  }
  const cache = writeCacheOn(move.from, storage, volume);
  if (cache !== undefined) {
    const message = `Its write cache ${cache} lies on ${move.from}, and LVM moves no write caches.`;
    problems.add('bad-layout', where, [message, `Take it off first: lvconvert --splitcache ${where}.`]);
    return;
  }
  const moved = rangesToMove(move, storage, volume);
  const extents = moved.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  const key = move.to.join(' ');
  needed.set(key, (needed.get(key) ?? 0) + extents);
}

/** The name of a volume's write cache when a part of it lies on a disk. */
function writeCacheOn(disk: string | undefined, storage: Storage, volume: LogicalVolume): string | undefined {
  if (disk === undefined || volume.segments.at(-1)?.type !== 'writecache') return undefined;
  const cache = partsOf(storage, volume).find(({ name }) => name === volume.pool);
  return cache && disksOf(new Places(storage).allRangesOf(cache)).includes(disk) ? cache.name : undefined;
}

function checkRoom(to: readonly string[], extents: number, { storage, problems }: Context): void {
  const disks = storage.disks.filter(({ device }) => to.includes(device));
  const free = disks.reduce((sum, disk) => sum + (isUsable(disk) ? disk.freeExtents : 0), 0);
  if (extents <= free) return;
  const message = `${extents} extents are to be moved there, and ${free} are free.`;
  problems.add('vg-full', to.join(' '), [message, 'Name more disks, or add one (vgextend).']);
}

const isUsable = ({ allocatable, missing }: PhysicalVolume): boolean => allocatable && !missing;

export interface Emptying {
  /** The disk. */
  readonly from: PhysicalVolume & { readonly vg: string };
  /** Others of the same group; all that take something new when absent. */
  readonly to?: readonly PhysicalVolume[];
  /** Moves volumes that are not ours, too. */
  readonly foreign: boolean;
}

/**
 * The moves that empty a disk, in order. All is checked before the first.
 *
 * @throws LvmError `foreign-volume` when volumes lie there that are not ours; `vg-full`, `moving`, `bad-layout` ...
 */
export function planEmptying({ from, to, foreign }: Emptying, storage: Storage): readonly WantedMove[] {
  const { vg, device } = from;
  const targets = to ?? storage.disks.filter((disk) => disk.vg === vg && disk.uuid !== from.uuid && isUsable(disk));
  const devices = targets.map((disk) => disk.device);
  const places = new Places(storage);
  const there = storage.volumes.filter(
    (volume) =>
      volume.vg === vg &&
      (!volume.internal || volume.name.endsWith('_pmspare')) &&
      places.allRangesOf(volume).some(({ on }) => on === device),
  );
  const problems = new Problems();
  if (!foreign) {
    for (const volume of there) if (!isOwn(volume, storage)) reportForeign(volume, device, problems);
  }
  problems.throwAny();
  const moves = there.map(({ name }): WantedMove => ({ vg, volume: name, from: device, to: devices }));
  checkMoves(moves, storage);
  return moves;
}

function reportForeign({ vg, name }: LogicalVolume, device: string, problems: Problems): void {
  const message = `It lies on ${device} and does not bear our tag: it is somebody else's.`;
  problems.add('foreign-volume', `${vg}/${name}`, [message, 'To move such volumes, too: --foreign.']);
}

/** A thin pool is whose the volumes in it are; LVM's spare of its metadata is nobody's. */
function isOwn(volume: LogicalVolume, { volumes }: Storage): boolean {
  if (volume.internal || markOf(volume.tags) !== undefined) return true;
  const inside = volumes.filter(({ vg, pool }) => vg === volume.vg && pool === volume.name);
  return inside.length > 0 && inside.every(({ tags }) => markOf(tags) !== undefined);
}
