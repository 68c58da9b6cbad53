import { LvmError, type Storage } from '../index.ts';
import { moveOf, Places } from '../plan/observed.ts';
import { findVolume, type VolumeName } from './find.ts';
import { lvm } from './lvm.ts';
import { abortPvmove, beginPvmove, readMirror } from './pvmove.ts';
import { readStorage } from './read-storage.ts';
import { aborted, type RunningMove, runningMove, type WatchOptions, watchMove } from './watch-move.ts';

export interface Move extends VolumeName {
  /** Only what lies on this disk; everything that does not lie on the new ones when absent. */
  readonly from?: string;
  /** Disks of the same group. */
  readonly to: readonly string[];
}

/**
 * Moves a volume to other disks of its group while it is used. What it does next follows from what LVM reports: a move that
 * was interrupted, by a crash of this program or of the machine, goes on; one of another volume from the same disk, which LVM
 * could not do at the same time, is waited for; and nothing is left to do when the reported extents say so.
 *
 * @throws LvmError `sick-disk`, `aborted` with the volume where it was; `vg-full`, `bad-layout` for a thin volume ...
 */
export async function moveVolume(move: Move, options: WatchOptions): Promise<void> {
  let begun: string | undefined;
  for (;;) {
    const storage = await readStorage(options);
    const current = moveOf(storage, findVolume(storage, move));
    if (current !== undefined) {
      await resume(runningMove(storage, current), options);
      begun = undefined;
      continue;
    }
    const from = nextSource(storage, move);
    if (from === undefined) return;
    if (options.signal?.aborted) throw aborted(move);
    const other = storage.volumes.find(({ movesFrom }) => movesFrom === from);
    if (other !== undefined) {
      await waitFor(runningMove(storage, other), options);
      continue;
    }
    if (begun === from) throw unmoved(move, from);
    begun = from;
    await beginPvmove(move, from, move.to, options);
  }
}

/** Takes back every move of a group's volumes that is under way, also those whose program was killed. @returns their volumes */
export async function abortMoves(vg: string, options: WatchOptions): Promise<readonly string[]> {
  const storage = await readStorage(options);
  const moves = storage.volumes.filter((volume) => volume.vg === vg && volume.movesFrom !== undefined);
  const aborted = moves.map((move) => runningMove(storage, move));
  for (const move of aborted) await abortPvmove(move, move.from, options);
  return aborted.map(({ volume }) => volume);
}

/** After a restart of the machine its devices may not be there yet. */
async function resume(move: RunningMove, options: WatchOptions): Promise<void> {
  if ((await readMirror(options, move.vg, move.device)) === undefined) {
    options.report?.(`going on with the move of ${move.vg}/${move.volume}`);
    const path = `${move.vg}/${move.volume}`;
    await lvm(options, ['lvchange', '--activate', 'y', '--poll', 'n', path]);
    if ((await readMirror(options, move.vg, move.device)) === undefined) {
      throw new LvmError('device-not-made', `The devices of ${path}, which is being moved, did not come up.`, {
        remedy: 'See what the kernel says (dmesg).',
      });
    }
  }
  await watchMove(move, options);
}

/** Watches it as if it were ours: nobody may do so any more. */
async function waitFor(move: RunningMove, { run, report, intervalMs = 1000 }: WatchOptions): Promise<void> {
  report?.(`waiting: ${move.vg}/${move.volume} is being moved from ${move.from}`);
  await watchMove(move, { run, intervalMs });
}

/** A disk that still has something of the volume and should not. */
function nextSource(storage: Storage, move: Move): string | undefined {
  const volume = findVolume(storage, move);
  if (volume.pool !== undefined && !volume.internal) {
    throw new LvmError(
      'bad-layout',
      `${move.vg}/${move.volume} lies in the thin pool ${volume.pool}, together with what others have there.`,
      { remedy: `Move the whole pool: ${move.vg}/${volume.pool}.` },
    );
  }
  const disks = new Set(new Places(storage).rangesOf(volume).map(({ on }) => on));
  return [...disks].find((disk) => !move.to.includes(disk) && (move.from === undefined || disk === move.from));
}

const unmoved = ({ vg, volume, to }: Move, from: string): LvmError =>
  new LvmError('failed', `LVM says that it has moved ${vg}/${volume}, yet it still lies on ${from}.`, {
    remedy: `See what is on ${to.join(' and ')}, and what the kernel says (dmesg).`,
  });
