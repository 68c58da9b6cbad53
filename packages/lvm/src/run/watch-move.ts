import { setTimeout as sleep } from 'node:timers/promises';
import { LvmError, type MirrorStatus } from '../index.ts';
import type { VolumeName } from './find.ts';
import { isLvmError, type LvmRunner } from './lvm.ts';
import { abortPvmove, finishPvmove, readMirror } from './pvmove.ts';
import type { RunningMove } from './running-move.ts';
import { compareLegs } from './verify-move.ts';

/** How far the copying of a volume from one disk has come. */
export interface MoveProgress {
  readonly vg: string;
  readonly volume: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly copiedBytes: number;
  readonly bytes: number;
  /** As measured since this began to look; absent at first. */
  readonly bytesPerSecond?: number;
  readonly secondsLeft?: number;
}

export interface WatchOptions extends LvmRunner {
  readonly onProgress?: (progress: MoveProgress) => void;
  /** Aborts the move: the volume lies where it was. */
  readonly signal?: AbortSignal;
  /** Between two looks at the disks' health; 1000 when absent. */
  readonly intervalMs?: number;
}

/**
 * Watches a move to its end, and ends it: by letting the volume lie on its new disks once everything can be read there and all
 * disks are well, or by taking it back as soon as one is not. pvmove itself looks at the percentage only, which reaches 100 on
 * a disk that takes nothing any more.
 *
 * @throws LvmError `sick-disk`, `aborted`; the volume lies where it was
 */
export async function watchMove(move: RunningMove, options: WatchOptions): Promise<void> {
  const progressOf = measure(move);
  for (;;) {
    const status = await readMirror(options, move.vg, move.device);
    if (status === undefined) return; // another program has ended it
    await refuseSick(move, status.faults, options);
    options.onProgress?.(progressOf(status));
    const copied = status.copied === status.regions;
    if (copied && (await endsWhileReadBack(move, options))) return;
    if (options.signal?.aborted) {
      if (move.others.length > 0) throw leftGoing(move);
      await abortPvmove(move, move.from, options);
      throw aborted(move);
    }
    if (copied) return await finish(move, options);
    await sleep(options.intervalMs ?? 1000, undefined, { signal: options.signal }).catch(() => undefined);
  }
}

export const aborted = ({ vg, volume }: VolumeName): LvmError =>
  new LvmError('aborted', `The move of ${vg}/${volume} was aborted: it lies where it was.`, {
    remedy: 'Run it again when you like.',
  });

/** Refuses what was not copied well. @returns whether another program has ended the move meanwhile: its legs are no more */
async function endsWhileReadBack(move: RunningMove, options: LvmRunner): Promise<boolean> {
  const faults = await compareLegs(move, options);
  const status = await readMirror(options, move.vg, move.device);
  if (status === undefined) return true;
  await refuseSick(move, faults, options);
  await refuseSick(move, status.faults, options);
  return false;
}

async function refuseSick(move: RunningMove, faults: MirrorStatus['faults'], options: LvmRunner): Promise<void> {
  if (faults.every((fault) => fault === undefined)) return;
  if (move.others.length > 0) throw sickWithOthers(move, complaintsOf(move, faults));
  await abortPvmove(move, move.from, options);
  throw sick(move, faults);
}

async function finish(move: RunningMove, options: LvmRunner): Promise<void> {
  try {
    await finishPvmove(move, move.from, options);
  } catch (error) {
    if (!isLvmError(error, 'nothing-to-move')) throw error;
  }
}

const leftGoing = ({ vg, volume, others }: RunningMove): LvmError =>
  new LvmError('aborted', `${vg}/${volume} is still being moved, together with ${others.join(', ')}.`, {
    remedy: 'Such a move is not taken back: wait for its end.',
  });

const sickWithOthers = ({ vg, others, from }: RunningMove, complaints: readonly string[]): LvmError =>
  new LvmError('sick-disk', `A disk failed while ${vg}/${others.join(', ')} is moved (${complaints.join('; ')}).`, {
    remedy: `It was not taken back, since it is not this volume's move: pvmove --abort ${from} does.`,
    said: complaints,
  });

const complaintsOf = ({ from, to }: RunningMove, [source, target]: MirrorStatus['faults']): readonly string[] => [
  ...(source === undefined ? [] : [`${from}, where it lies: ${source}`]),
  ...(target === undefined ? [] : [`${to.join(' or ')}, where it was to go: ${target}`]),
];

function sick(move: RunningMove, faults: MirrorStatus['faults']): LvmError {
  const { vg, volume } = move;
  const [source] = faults;
  const complaints = complaintsOf(move, faults);
  return new LvmError('sick-disk', `A disk failed while ${vg}/${volume} was moved (${complaints.join('; ')}).`, {
    remedy:
      source === undefined
        ? 'The move was taken back, and all data is where it was. Choose another disk, and see what the kernel says (dmesg).'
        : 'The move was taken back. Save what can be read from the disk now: kvmctl disk backup.',
    said: complaints,
  });
}

function measure(move: RunningMove): (status: MirrorStatus) => MoveProgress {
  const { vg, volume, from, to, bytes } = move;
  let first: { readonly copied: number; readonly at: number } | undefined;
  return ({ copied, regions }) => {
    const now = performance.now();
    const copiedBytes = Math.round((copied / regions) * bytes);
    first ??= { copied: copiedBytes, at: now };
    const progress = { vg, volume, from, to, copiedBytes, bytes };
    const bytesPerSecond = ((copiedBytes - first.copied) / (now - first.at)) * 1000;
    if (!(bytesPerSecond > 0)) return progress;
    return { ...progress, bytesPerSecond, secondsLeft: (bytes - copiedBytes) / bytesPerSecond };
  };
}
