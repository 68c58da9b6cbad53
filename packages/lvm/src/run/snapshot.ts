import { setTimeout as sleep } from 'node:timers/promises';
import { type LogicalVolume, LvmError, type Storage, snapshotOwnerOf, snapshotTag } from '../index.ts';
import { findOwner, findVolume, refuseFullPool, refuseMoving, refuseOpen, type VolumeName } from './find.ts';
import { type LvmRunner, lvm } from './lvm.ts';
import { readStorage } from './read-storage.ts';

export interface Snapshot extends VolumeName {
  /** Name of the snapshot, in the same group. */
  readonly snapshot: string;
  /**
   * Room for what changes in the volume meanwhile; when that is full, the snapshot is lost. A fifth of the volume when absent.
   * A thin volume's snapshot needs none: its pool has it.
   */
  readonly bytes?: number;
}

/**
 * Keeps what a volume holds at this moment. Its file systems are as after a power cut, unless the guest was told to freeze them.
 * Does nothing when that snapshot is there already.
 *
 * @throws LvmError `name-taken`, `vg-full`, `thin-pool-full`, `moving`, `foreign-volume` ...
 */
export async function takeSnapshot(wanted: Snapshot, runner: LvmRunner): Promise<void> {
  const { vg, volume, snapshot } = wanted;
  const storage = await readStorage(runner);
  const origin = findVolume(storage, wanted);
  const owner = findOwner(origin);
  const there = storage.volumes.find((each) => each.vg === vg && each.name === snapshot);
  if (there?.origin === volume) return;
  refuseFullPool(storage, origin);
  refuseMoving(storage, origin);
  if (there !== undefined) await removeUnfinished(there, owner, runner);
  const size = origin.pool === undefined ? ['--size', `${wholeSectors(wanted.bytes ?? origin.bytes / 5)}b`] : [];
  // A thin snapshot would else have to be activated by --ignoreactivationskip each time.
  const skip = origin.pool === undefined ? [] : ['--setactivationskip', 'n'];
  const command = ['lvcreate', '--yes', '--snapshot', '--name', snapshot, '--addtag', snapshotTag(owner)] as const;
  await lvm(runner, [...command, ...size, ...skip, `${vg}/${volume}`]);
}

/** LVM takes no other sizes. */
const wholeSectors = (bytes: number): number => Math.ceil(bytes / 512) * 512;

/** LVM makes the room first and a snapshot of it then; in between it is an ordinary volume with our tag. */
async function removeUnfinished(found: LogicalVolume, owner: string, runner: LvmRunner): Promise<void> {
  const path = `${found.vg}/${found.name}`;
  if (snapshotOwnerOf(found.tags) !== owner || found.origin !== undefined) {
    throw new LvmError('name-taken', `There is a volume ${path} already, and it is no such snapshot.`, {
      remedy: 'Choose another name.',
    });
  }
  refuseOpen(found);
  await lvm(runner, ['lvremove', '--yes', path]);
}

/**
 * Lets a volume hold again what its snapshot does, and waits until it does. The snapshot is used up. A guest must not run:
 * it would go on with what it remembers. Run again after an interruption, it goes on.
 *
 * @throws LvmError `in-use`, `volume-not-found`, `snapshot-full`
 */
export async function rollBack(wanted: VolumeName & { readonly snapshot: string }, runner: LvmRunner): Promise<void> {
  const { vg, volume, snapshot } = wanted;
  const storage = await readStorage(runner);
  const origin = findVolume(storage, wanted);
  const kept = mergingInto(storage, origin) ?? findVolume(storage, { vg, volume: snapshot });
  if (kept.origin !== volume) {
    throw new LvmError('volume-not-found', `${vg}/${snapshot} is no snapshot of ${vg}/${volume}.`, {
      remedy: `See which there are: lvs -o name,origin ${vg}.`,
    });
  }
  refuseOpen(origin);
  refuseOpen(kept);
  if (isFull(kept)) throw snapshotFull({ vg, volume: snapshot });
  const poll = ['lvchange', '--activate', 'y', '--poll', 'y', `${vg}/${volume}`] as const;
  await lvm(runner, kept.merging ? poll : ['lvconvert', '--merge', '--background', `${vg}/${snapshot}`]);
  runner.report?.(`rolling ${vg}/${volume} back`);
  let movedAt = performance.now();
  for (let before = kept; ; ) {
    const now = mergingInto(await readStorage(runner), origin);
    if (now === undefined) return;
    if (now.dataPercent !== before.dataPercent) movedAt = performance.now();
    before = now;
    if (performance.now() - movedAt > stillMs) {
      // LVM's background process, which ends the merge, may have been killed; another one does no harm.
      await lvm(runner, poll);
      movedAt = performance.now();
    }
    await sleep(500);
  }
}

/** How long a merge may stand still before LVM is told to poll again. */
const stillMs = 10_000;

/** While it is merged into its origin, LVM hides a snapshot. */
const mergingInto = ({ volumes }: Storage, { vg, name }: LogicalVolume): LogicalVolume | undefined =>
  volumes.find((each) => each.vg === vg && each.origin === name && each.merging && each.name !== name);

/** lvs(8), lv_attr: the fifth letter of a snapshot that has overflowed. */
export const isFull = ({ attributes }: LogicalVolume): boolean => /^[IS]$/.test(attributes[4] ?? '');

export const snapshotFull = ({ vg, volume }: VolumeName, cause?: unknown): LvmError =>
  new LvmError('snapshot-full', `The snapshot ${vg}/${volume} is lost: more has changed since than it had room for.`, {
    remedy: 'Remove it and take another, larger one.',
    cause,
  });
