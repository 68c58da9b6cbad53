import type { LogicalVolume, Storage } from '../index.ts';
import { Places } from '../plan/observed.ts';
import { movedBy } from '../plan/running-moves.ts';
import type { VolumeName } from './find.ts';

/** A move that is under way. */
export interface RunningMove extends VolumeName {
  /** LVM's internal volume for it. */
  readonly device: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly bytes: number;
  /** Others than the volume that is waited for are moved by it: it is not ours to take back. */
  readonly others: readonly string[];
}

/** What LVM reports of a move. @param move LVM's internal volume for it @param volume for whose sake it is watched */
export function runningMove(storage: Storage, move: LogicalVolume, volume: LogicalVolume): RunningMove {
  const places = new Places(storage);
  const from = move.movesFrom ?? '';
  const moved = movedBy(storage, move);
  return {
    vg: move.vg,
    volume: (moved.find((each) => each === volume) ?? moved[0])?.name ?? '',
    others: moved.filter((each) => each !== volume).map(({ name }) => name),
    device: move.name,
    from,
    to: [...new Set(places.rangesOf(move).map(({ on }) => on))].filter((on) => on !== from),
    bytes: move.bytes,
  };
}
