import { LvmError } from '../errors.ts';
import type { LogicalVolume, Storage } from '../storage.ts';
import { partsOf } from './observed.ts';

/** A move that is under way. */
export interface MoveUnderWay {
  /** LVM's internal volume for it. */
  readonly move: LogicalVolume;
  /** What it moves: one volume when we began it, all of a disk's when somebody ran pvmove by hand. */
  readonly volumes: readonly LogicalVolume[];
}

/** The volumes that a move moves, whole or in part; of parts, what they belong to. */
export const movedBy = (storage: Storage, move: LogicalVolume): readonly LogicalVolume[] =>
  storage.volumes.filter((volume) => volume.vg === move.vg && isVisible(volume) && liesOn(storage, volume, move.name));

/** LVM's spare of pool metadata is moved under its own name. */
const isVisible = ({ internal, name }: LogicalVolume): boolean => !internal || name.endsWith('_pmspare');

const liesOn = (storage: Storage, volume: LogicalVolume, name: string): boolean =>
  partsOf(storage, volume).some((part) => part.name === name || liesOn(storage, part, name));

/**
 * The moves of certain volumes that are under way. LVM takes back a move only as a whole.
 *
 * @throws LvmError `moving` when others are moved together with one of them
 */
export function movesUnderWay(
  storage: Storage,
  vg: string,
  isMeant: (volume: LogicalVolume) => boolean,
): readonly MoveUnderWay[] {
  const all = storage.volumes
    .filter((volume) => volume.vg === vg && volume.movesFrom !== undefined)
    .map((move): MoveUnderWay => ({ move, volumes: movedBy(storage, move) }));
  const meant = all.filter(({ volumes }) => volumes.some(isMeant));
  for (const { move, volumes } of meant) {
    const others = volumes.filter((volume) => !isMeant(volume)).map(({ name }) => name);
    if (others.length === 0) continue;
    throw new LvmError('moving', `The move from ${move.movesFrom} moves ${others.join(', ')}, too.`, {
      remedy: `Wait for its end; to take all of them back: pvmove --abort ${move.movesFrom}.`,
    });
  }
  return meant;
}
