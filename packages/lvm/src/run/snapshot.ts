import { setTimeout as sleep } from 'node:timers/promises';
import { type LogicalVolume, LvmError, markOf, ownerTag, rollingTag, snapshotTag, takingTag } from '../index.ts';
import { REPLACED } from '../plan/disks-of.ts';
import { formerOf, mergingInto, planRollbacks, type RollbackStep, type WantedRollback } from '../plan/rollbacks.ts';
import { planSnapshots, renewed, type SnapshotStep, snapshotName, type WantedSnapshot } from '../plan/snapshots.ts';
import { type LvmRunner, lvm } from './lvm.ts';
import { readStorage } from './read-storage.ts';
import { removeVolume, selection } from './remove.ts';

/**
 * Keeps what volumes hold at this moment. Their file systems are as after a power cut, unless the guest was told to freeze them.
 * All is checked before the first is taken. A snapshot that was never finished is taken anew.
 *
 * @param onTaken told of each
 * @throws LvmError `name-taken` when there is one of that name, and it is not to be renewed; `vg-full`, `thin-pool-full`,
 * `moving`, `foreign-volume` ...; `plan-refused` for several
 */
export async function takeSnapshots(
  wanted: readonly WantedSnapshot[],
  runner: LvmRunner,
  onTaken: (snapshot: WantedSnapshot) => void = () => undefined,
): Promise<void> {
  const steps = planSnapshots(wanted, await readStorage(runner), new Date());
  for (const [index, step] of steps.entries()) {
    await takeSnapshot(step, runner);
    const each = wanted[index];
    if (each) onTaken(each);
  }
}

/** Until it is whole, a snapshot says that it is being taken; one that is replaced stays until then. */
async function takeSnapshot({ origin, owner, name, ...step }: SnapshotStep, runner: LvmRunner): Promise<void> {
  const { vg } = origin;
  for (const each of step.before) await removeMarked(each, runner);
  const made = step.after === undefined ? step.snapshot : renewed(step.snapshot);
  const size = step.bytes === undefined ? ['--setactivationskip', 'n'] : ['--size', `${step.bytes}b`];
  const tag = takingTag(owner, name);
  await lvm(runner, ['lvcreate', '--snapshot', '--name', made, '--addtag', tag, ...size, `${vg}/${origin.name}`]);
  if (step.after !== undefined) {
    await removeMarked(step.after, runner);
    await lvm(runner, ['lvrename', vg, made, step.snapshot]);
  }
  const select = `lv_name="${step.snapshot}" && lv_tags="${tag}"`;
  const tags = ['--addtag', snapshotTag(owner, name), '--deltag', tag];
  await lvm(runner, ['lvchange', ...tags, '--select', select, vg]);
}

async function removeMarked({ vg, uuid, tags }: LogicalVolume, runner: LvmRunner): Promise<void> {
  const mark = markOf(tags);
  if (mark !== undefined) await removeVolume({ vg, uuid, tag: mark.tag }, runner);
}

/**
 * Lets volumes hold again what their snapshots do, and waits until they do. The snapshots are used up. A guest must not run:
 * it would go on with what it remembers. All is checked before the first is touched. Run again after an interruption, it goes on.
 *
 * @param onDone told of each
 * @throws LvmError `in-use`, `volume-not-found`, `foreign-volume`, `snapshot-full`, `moving` ...; `plan-refused` for several
 */
export async function rollBack(
  wanted: readonly WantedRollback[],
  runner: LvmRunner,
  onDone: (rollback: WantedRollback) => void = () => undefined,
): Promise<void> {
  const steps = planRollbacks(wanted, await readStorage(runner));
  for (const [index, step] of steps.entries()) {
    runner.report?.(`rolling ${step.disk.vg}/${step.disk.name} back`);
    if (step.how === 'replace') await replace(step, runner);
    else await merge(step, runner);
    const each = wanted[index];
    if (each) onDone(each);
  }
}

async function merge({ disk, snapshot, how }: RollbackStep, runner: LvmRunner): Promise<void> {
  const { vg } = disk;
  const poll = ['lvchange', '--activate', 'y', '--poll', 'y', '--select', `lv_uuid="${disk.uuid}"`, vg] as const;
  const refused = how === 'go on' ? void (await lvm(runner, poll)) : await beginMerge(snapshot, runner);
  let movedAt = performance.now();
  for (let before = snapshot; ; ) {
    const storage = await readStorage(runner);
    const now = mergingInto(storage, storage.volumes.find(({ uuid }) => uuid === disk.uuid) ?? disk);
    if (now === undefined) {
      if (storage.volumes.every(({ uuid }) => uuid !== snapshot.uuid)) return;
      throw refused ?? notMerged(disk, snapshot);
    }
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

/**
 * lvconvert takes names, and tags: with a tag of its own, set by UUID, the snapshot is meant whatever its name is by then. The tag
 * goes with the snapshot.
 *
 * @returns what LVM said when it failed: it does, too, for another group, in which it looks for the tag
 */
async function beginMerge({ vg, uuid, tags }: LogicalVolume, runner: LvmRunner): Promise<unknown> {
  const once = `kvm-merge:${uuid}`;
  const select = selection({ uuid, tag: markOf(tags)?.tag ?? '' });
  await lvm(runner, ['lvchange', '--addtag', once, '--select', select, vg]);
  try {
    await lvm(runner, ['lvconvert', '--merge', '--background', `@${once}`]);
    return undefined;
  } catch (error) {
    await lvm(runner, ['lvchange', '--deltag', once, '--select', `lv_uuid="${uuid}"`, vg]);
    return error;
  }
}

const notMerged = (disk: LogicalVolume, snapshot: LogicalVolume): LvmError =>
  new LvmError('failed', `${disk.vg}/${snapshot.name} was not merged into ${disk.vg}/${disk.name}.`, {
    remedy: 'See what there is: lvs -a -o +lv_tags, and run it again.',
  });

/** How long a merge may stand still before LVM is told to poll again. */
const stillMs = 10_000;

/**
 * A new thin volume with the snapshot's content takes the disk's place, its name and its tags. At every moment one volume is
 * marked as the disk; what an interrupted run has left, the next one goes on with, and both states are there until the end.
 */
async function replace({ disk, snapshot, owner }: RollbackStep, runner: LvmRunner): Promise<void> {
  const { vg } = disk;
  const name = disk.name.endsWith(REPLACED) ? disk.name.slice(0, -REPLACED.length) : disk.name;
  const rolling = rollingTag(owner, snapshotName(name, snapshot.name));
  const storage = await readStorage(runner);
  const former = formerOf(storage, { disk, owner });
  if (former !== undefined) await removeMarked(former, runner);
  let made = storage.volumes.find((each) => each.vg === vg && each.tags.includes(rolling))?.name;
  if (made === undefined) {
    made = `${name}.rolling`;
    const words = ['--snapshot', '--setactivationskip', 'n', '--name', made, '--addtag', rolling];
    await lvm(runner, ['lvcreate', ...words, `${vg}/${snapshot.name}`]);
  }
  if (disk.name === name) await lvm(runner, ['lvrename', vg, name, `${name}${REPLACED}`]);
  if (made !== name) await lvm(runner, ['lvrename', vg, made, name]);
  const kept = disk.tags.flatMap((tag) => ['--addtag', tag]);
  await lvm(runner, [
    'lvchange',
    ...kept,
    '--deltag',
    rolling,
    '--select',
    `lv_name="${name}" && lv_tags="${rolling}"`,
    vg,
  ]);
  await removeVolume({ vg, uuid: disk.uuid, tag: ownerTag(owner) }, runner, { siblingsStay: true });
  const mark = markOf(snapshot.tags);
  if (mark) await removeVolume({ vg, uuid: snapshot.uuid, tag: mark.tag }, runner, { siblingsStay: true });
}
