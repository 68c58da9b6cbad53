import { type LogicalVolume, LvmError } from '../index.ts';
import { checkMoves, placesOf, rangesToMove, type WantedMove } from '../plan/moves.ts';
import { moveOf } from '../plan/observed.ts';
import { movesUnderWay } from '../plan/running-moves.ts';
import { findVolume } from './find.ts';
import { lvm } from './lvm.ts';
import { abortPvmove, beginPvmove, readMirror } from './pvmove.ts';
import { readStorage } from './read-storage.ts';
import { resolveDisks } from './resolve-disks.ts';
import { type RunningMove, runningMove } from './running-move.ts';
import { aborted, type WatchOptions, watchMove } from './watch-move.ts';

/**
 * Finds the disks that moves name, whatever their paths, and checks all moves before the first.
 *
 * @returns the moves with the disks' names as LVM has them
 * @throws LvmError `pv-not-found`, `nothing-to-move`, `vg-full`, `bad-layout` for a thin volume ...; `plan-refused` for several
 */
export async function resolveMoves(
  moves: readonly WantedMove[],
  options: WatchOptions,
): Promise<readonly WantedMove[]> {
  const storage = await readStorage(options);
  const resolved: WantedMove[] = [];
  for (const { vg, volume, from, to } of moves) {
    findVolume(storage, { vg, volume });
    const targets = await resolveDisks(to, { storage, vg }, options);
    const [source] = from === undefined ? [] : await resolveDisks([from], { storage, vg }, options);
    const devices = targets.map(({ device }) => device);
    resolved.push({ vg, volume, to: devices, ...(source && { from: source.device }) });
  }
  checkMoves(resolved, storage);
  return resolved;
}

/**
 * Moves a volume to other disks of its group while it is used. What it does next follows from what LVM reports: a move that
 * was interrupted, by a crash of this program or of the machine, goes on; one of another volume from the same disk, which LVM
 * could not do at the same time, is waited for; and nothing is left to do when the reported extents say so.
 *
 * @returns the disks that it lies on then, as LVM reports it
 * @throws LvmError `sick-disk`, `aborted` with the volume where it was; what {@link resolveMoves} throws
 */
export async function moveVolume(wanted: WantedMove, options: WatchOptions): Promise<readonly string[]> {
  const [move = wanted] = await resolveMoves([wanted], options);
  return await moveResolved(move, options);
}

/** @param move with the disks' names as LVM has them */
export async function moveResolved(move: WantedMove, options: WatchOptions): Promise<readonly string[]> {
  let begun: string | undefined;
  let uuid: string | undefined;
  for (;;) {
    const storage = await readStorage(options);
    const volume = findVolume(storage, move);
    uuid ??= volume.uuid;
    if (volume.uuid !== uuid) throw changed(move);
    const current = moveOf(storage, volume);
    if (current !== undefined) {
      await resume(runningMove(storage, current, volume), options);
      begun = undefined;
      continue;
    }
    const from = rangesToMove(move, storage, volume)[0]?.on;
    if (from === undefined) return placesOf(storage, volume);
    if (options.signal?.aborted) throw aborted(move);
    const other = storage.volumes.find(({ movesFrom }) => movesFrom === from);
    if (other !== undefined) {
      await waitFor(runningMove(storage, other, volume), options);
      continue;
    }
    if (begun === from) throw unmoved(move, from);
    begun = from;
    await beginPvmove(move, from, move.to, options);
  }
}

/**
 * Takes back the moves of certain volumes that are under way, also those whose program was killed. Those of others go on.
 *
 * @param isMeant of each volume of the group that is being moved
 * @returns the names of those that lie where they were
 * @throws LvmError `moving` when others are moved together with one of them: nothing is taken back then
 */
export async function abortMoves(
  vg: string,
  isMeant: (volume: LogicalVolume) => boolean,
  options: WatchOptions,
): Promise<readonly string[]> {
  const moves = movesUnderWay(await readStorage(options), vg, isMeant);
  for (const { move, volumes } of moves) {
    const { movesFrom: from = '' } = move;
    await abortPvmove({ vg, volume: volumes[0]?.name ?? '' }, from, options);
  }
  return moves.flatMap(({ volumes }) => volumes.map(({ name }) => name));
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

/** Until it has ended, nothing else moves from that disk. Nobody may look after it any more, so it is ended once it is copied. */
async function waitFor(move: RunningMove, { run, report, intervalMs = 1000 }: WatchOptions): Promise<void> {
  report?.(`waiting: ${move.vg}/${move.volume} is being moved from ${move.from}`);
  await watchMove(move, { run, intervalMs });
}

const changed = ({ vg, volume }: WantedMove): LvmError =>
  new LvmError('changed-meanwhile', `${vg}/${volume} is another volume than when its move began.`, {
    remedy: 'See what else works with these volumes, and run it again.',
  });

const unmoved = ({ vg, volume, to }: WantedMove, from: string): LvmError =>
  new LvmError('failed', `LVM says that it has moved ${vg}/${volume}, yet it still lies on ${from}.`, {
    remedy: `See what is on ${to.join(' and ')}, and what the kernel says (dmesg).`,
  });
