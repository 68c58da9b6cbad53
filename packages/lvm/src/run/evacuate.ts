import { LvmError, type Storage } from '../index.ts';
import { groupNamed } from '../plan/group.ts';
import { planEmptying, type WantedMove } from '../plan/moves.ts';
import { Places } from '../plan/observed.ts';
import { type LvmRunner, lvm } from './lvm.ts';
import { moveResolved } from './move.ts';
import { readStorage } from './read-storage.ts';
import { deviceNumbers, type GroupDisk, resolveDisks } from './resolve-disks.ts';
import type { WatchOptions } from './watch-move.ts';

export interface Evacuation {
  /** The group that the disk has to be of. */
  readonly vg: string;
  /** A disk: a physical volume, by any path. */
  readonly from: string;
  /** Disks of the same group; all the others when absent. */
  readonly to?: readonly string[];
  /** Moves volumes that are not ours, too; without it they are refused. */
  readonly foreign?: boolean;
}

/** What emptying a disk takes. */
export interface EvacuationPlan {
  readonly disk: GroupDisk;
  readonly moves: readonly WantedMove[];
}

/**
 * Finds what lies on a disk, and checks that all of it can be moved.
 *
 * @throws LvmError `pv-not-found`, also for a disk of another group; `foreign-volume`, `vg-full`, `bad-layout`, `moving` ...
 */
export async function planEvacuation(
  { vg, from, to, foreign = false }: Evacuation,
  options: LvmRunner,
): Promise<EvacuationPlan> {
  const storage = await readStorage(options);
  groupNamed(storage, vg);
  const [disk] = await resolveDisks([from], { storage, vg }, options);
  const targets = to && (await resolveDisks(to, { storage, vg }, options));
  if (disk === undefined || targets?.some(({ uuid }) => uuid === disk.uuid)) {
    throw new LvmError('bad-arguments', `${from} cannot be emptied to itself.`, { remedy: 'Name other disks.' });
  }
  return { disk, moves: planEmptying({ from: disk, ...(targets && { to: targets }), foreign }, storage) };
}

/**
 * Empties a disk, volume by volume, while they are used. New volumes do not get there any more; when it fails, they do again.
 * Run again after an interruption, it goes on.
 *
 * @throws LvmError as {@link planEvacuation}, before anything is done; `sick-disk`, `aborted`
 */
export async function evacuateDisk(evacuation: Evacuation, options: WatchOptions): Promise<void> {
  const { disk, moves } = await planEvacuation(evacuation, options);
  const { device } = disk;
  const close = disk.allocatable;
  if (close) await allocatable(disk, 'n', options);
  try {
    for (const move of moves) await moveResolved(move, options);
    refuseRest(await readStorage(options), disk);
  } catch (error) {
    if (close) {
      await allocatable(disk, 'y', options);
      options.report?.(`${device} is not empty; LVM may put new volumes on it again`);
    }
    throw error;
  }
}

/** Whether LVM may put something new on a disk. */
async function allocatable({ uuid }: GroupDisk, may: 'y' | 'n', runner: LvmRunner): Promise<void> {
  await lvm(runner, ['pvchange', '--allocatable', may, '--select', `pv_uuid="${uuid}"`]);
}

/** @throws LvmError `failed` */
function refuseRest(storage: Storage, disk: GroupDisk): void {
  const left = storage.disks.find(({ uuid }) => uuid === disk.uuid);
  if (left === undefined || left.freeExtents === left.extents) return;
  const places = new Places(storage);
  const there = storage.volumes.filter(
    (volume) => volume.vg === disk.vg && places.allRangesOf(volume).some(({ on }) => on === left.device),
  );
  const names = there.map(({ name }) => name).join(', ');
  throw new LvmError('failed', `${left.extents - left.freeExtents} extents are still on ${left.device}: ${names}.`, {
    remedy: `Run it again when they were made meanwhile. See what they are: pvs --segments ${left.device}.`,
  });
}

/**
 * Puts a new disk in the place of one that is to go: what lies on the old one moves to the new one, and the old one leaves the
 * group. Run again after an interruption, it goes on.
 *
 * @throws LvmError as {@link evacuateDisk}; `signature-found` when something is on the new disk
 */
export async function replaceDisk(
  { vg, from, by, foreign = false }: Omit<Evacuation, 'to'> & { readonly by: string },
  options: WatchOptions,
): Promise<void> {
  const storage = await readStorage(options);
  groupNamed(storage, vg);
  const [old] = await resolveDisks([from], { storage, vg }, options);
  const there = await findNew(by, storage, options);
  if (there?.vg !== undefined && there.vg !== vg) {
    throw new LvmError('name-taken', `${by} belongs to the group ${there.vg}.`, { remedy: 'Choose another disk.' });
  }
  // What is refused is refused before the new disk joins; whether there is room is known afterwards.
  await planEvacuation({ vg, from, foreign }, options).catch((error: unknown) => {
    if (!(error instanceof LvmError) || error.code !== 'vg-full') throw error;
  });
  if (there?.vg === undefined) await lvm(options, ['vgextend', vg, there?.device ?? by]);
  await evacuateDisk({ vg, from, to: [by], foreign }, options);
  if (old !== undefined) await lvm(options, ['vgreduce', vg, old.device]);
}

async function findNew(
  path: string,
  { disks }: Storage,
  runner: LvmRunner,
): Promise<Storage['disks'][number] | undefined> {
  const numbers = await deviceNumbers([path, ...disks.map(({ device }) => device)], runner);
  const number = numbers.get(path);
  return number === undefined ? undefined : disks.find(({ device }) => numbers.get(device) === number);
}
