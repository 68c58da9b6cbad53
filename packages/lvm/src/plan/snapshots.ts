import { extentsFor } from '../extents.ts';
import { volumeNameFault } from '../names.ts';
import type { LogicalVolume, Storage } from '../storage.ts';
import { type Mark, markOf } from '../tags.ts';
import { cacheFault, isOverflowed, isPool, isThin } from './dependants.ts';
import { groupFault } from './group.ts';
import { isFullPool, moveOf } from './observed.ts';
import { Problems } from './problems.ts';
import { whyNotRemove } from './removals.ts';

/** A snapshot that is to be taken. */
export interface WantedSnapshot {
  readonly vg: string;
  /** The volume that is kept. */
  readonly volume: string;
  /** Name of the snapshot, in the same group. */
  readonly snapshot: string;
  /**
   * Room for what changes in the volume meanwhile; when that is full, the snapshot is lost. A fifth of the volume when absent.
   * A thin volume's snapshot needs none: its pool has it.
   */
  readonly bytes?: number;
  /** Replaces the one of that name, when there is one. */
  readonly renew?: boolean;
}

export interface SnapshotStep {
  readonly origin: LogicalVolume;
  readonly owner: string;
  /** Which snapshot it is, `monday`. */
  readonly name: string;
  readonly snapshot: string;
  /** Its store; absent for a thin one. */
  readonly bytes?: number;
  /** What is of no use any more, and removed before: a snapshot that has overflowed, or was never finished. */
  readonly before: readonly LogicalVolume[];
  /** The old snapshot, removed once there is the new one. */
  readonly after?: LogicalVolume;
}

/** `monday` of `web.root.monday` */
export const snapshotName = (volume: string, snapshot: string): string =>
  snapshot.startsWith(`${volume}.`) ? snapshot.slice(volume.length + 1) : snapshot;

/** Name of a new snapshot until the one that it replaces is removed. */
export const renewed = (snapshot: string): string => `${snapshot}.renewed`;

/** LVM takes no other sizes. */
const wholeSectors = (bytes: number): number => Math.ceil(bytes / 512) * 512;

/**
 * What has to be done to take snapshots. All is checked before anything is done.
 *
 * @param now for the age of those that are there
 * @throws LvmError `name-taken`, `foreign-volume`, `vg-full`, `thin-pool-full`, `moving` ...; `plan-refused` for several
 */
export function planSnapshots(wanted: readonly WantedSnapshot[], storage: Storage, now: Date): readonly SnapshotStep[] {
  const problems = new Problems();
  for (const vg of new Set(wanted.map((each) => each.vg))) {
    const fault = groupFault(storage, vg);
    if (fault) problems.add(fault[0], vg, [fault[1], fault[2]]);
  }
  problems.throwAny();
  const steps = wanted.flatMap((each) => stepOf(each, { storage, problems, now }) ?? []);
  checkRoom(steps, storage, problems);
  problems.throwAny();
  return steps;
}

interface Context {
  readonly storage: Storage;
  readonly problems: Problems;
  readonly now: Date;
}

function stepOf(wanted: WantedSnapshot, context: Context): SnapshotStep | undefined {
  const { vg, volume, snapshot, bytes, renew = false } = wanted;
  const { storage, problems } = context;
  const where = `${vg}/${volume}`;
  const origin = storage.volumes.find((each) => each.vg === vg && each.name === volume && !each.internal);
  if (origin === undefined) {
    problems.add('volume-not-found', where, ['There is no such volume.', 'See which there are: lvs.']);
    return undefined;
  }
  const mark = markOf(origin.tags);
  if (mark?.kind !== 'disk' || isPool(origin)) {
    problems.add('foreign-volume', where, ['It does not bear our tag as a disk.', 'Adopt it first, when it is yours.']);
    return undefined;
  }
  const { owner } = mark;
  const name = snapshotName(volume, snapshot);
  checkOrigin(origin, context);
  const fault = volumeNameFault(vg, renew ? renewed(snapshot) : snapshot);
  if (fault !== undefined) problems.add('invalid-name', `${vg}/${snapshot}`, [`The name ${fault}.`, 'Choose another.']);
  const there = storage.volumes.filter(
    (each) => each.vg === vg && (isOne(each, owner, name) || each.name === snapshot),
  );
  const half = there.filter((each) => markOf(each.tags)?.kind === 'taking' && isOne(each, owner, name));
  const whole = there.find((each) => !half.includes(each));
  for (const each of half) checkRemovable(each, context);
  if (whole !== undefined && !mayRenew(whole, { owner, name, disk: volume, renew }, context)) return undefined;
  const lost = whole !== undefined && isOverflowed(whole);
  return {
    ...{ origin, owner, name, snapshot },
    ...(!isThin(origin) && { bytes: wholeSectors(bytes ?? origin.bytes / 5) }),
    before: whole !== undefined && lost ? [...half, whole] : half,
    ...(whole !== undefined && !lost && { after: whole }),
  };
}

function checkOrigin(origin: LogicalVolume, { storage, problems }: Context): void {
  const { vg, name, pool } = origin;
  const where = `${vg}/${name}`;
  if (isThin(origin) && storage.volumes.some((each) => each.vg === vg && each.name === pool && isFullPool(each))) {
    const remedy = `Grow it (lvextend -L +10G ${vg}/${pool}), or remove what is in it.`;
    problems.add('thin-pool-full', where, [`Its thin pool ${vg}/${pool} is full.`, remedy]);
  }
  const cached = cacheFault(origin);
  if (cached) problems.add('bad-layout', where, cached);
  if (moveOf(storage, origin)) {
    const remedy = 'Wait until that has ended, or take it back: kvmctl disk move --abort.';
    problems.add('moving', where, ['It is being moved.', remedy]);
  }
  if (storage.volumes.some((each) => each.vg === vg && each.origin === name && each.merging && each.name !== name))
    problems.add('in-use', where, ['It is being rolled back.', 'Wait until that has ended.']);
}

/** Whether a volume is a certain snapshot of a disk, by what its tag says; those of older versions bear no name in it. */
export function isSnapshot(
  volume: LogicalVolume,
  { owner, name, disk }: { owner: string; name: string; disk: string },
): boolean {
  const mark = markOf(volume.tags);
  if (mark?.kind !== 'snapshot' || mark.owner !== owner) return false;
  return (mark.name ?? snapshotName(disk, volume.name)) === name;
}

const isOne = ({ tags }: LogicalVolume, owner: string, name: string): boolean => {
  const mark = markOf(tags);
  return isKindOfSnapshot(mark) && mark?.owner === owner && mark.name === name;
};

const isKindOfSnapshot = (mark: Mark | undefined): boolean => mark?.kind === 'snapshot' || mark?.kind === 'taking';

function mayRenew(
  there: LogicalVolume,
  { renew, ...wanted }: { owner: string; name: string; disk: string; renew: boolean },
  context: Context,
): boolean {
  const where = `${there.vg}/${there.name}`;
  if (!isSnapshot(there, wanted)) {
    const message = `There is a volume ${where} already, and it is no such snapshot.`;
    context.problems.add('name-taken', where, [message, 'Choose another name.']);
    return false;
  }
  if (!renew) {
    const age = there.createdAt === undefined ? '' : `, taken ${ageOf(there.createdAt, context.now)}`;
    const state = isOverflowed(there) ? ', and lost since: more has changed than it had room for' : '';
    const remedy = 'Choose another name, or replace it by one of now: kvmctl disk snapshot --renew.';
    context.problems.add('name-taken', where, [`There is this snapshot already${age}${state}.`, remedy]);
    return false;
  }
  return checkRemovable(there, context);
}

function checkRemovable(volume: LogicalVolume, { storage, problems }: Context): boolean {
  const fault = whyNotRemove(volume, storage);
  if (fault) problems.add(fault[0], `${volume.vg}/${volume.name}`, [`It cannot be replaced. ${fault[1]}`, fault[2]]);
  return fault === undefined;
}

/** `3 days ago (2026-11-27T02:00:00.000Z)` */
function ageOf(createdAt: string, now: Date): string {
  const minutes = Math.max(0, Math.floor((now.getTime() - Date.parse(createdAt)) / 60_000));
  const [count, unit] =
    minutes < 60
      ? ([minutes, 'minute'] as const)
      : minutes < 2880
        ? ([Math.floor(minutes / 60), 'hour'] as const)
        : ([Math.floor(minutes / 1440), 'day'] as const);
  return `${count} ${unit}${count === 1 ? '' : 's'} ago (${createdAt})`;
}

/** LVM would find out at the last of them. */
function checkRoom(steps: readonly SnapshotStep[], { groups }: Storage, problems: Problems): void {
  for (const { name: vg, extentBytes, freeExtents } of groups) {
    const here = steps.filter(({ origin }) => origin.vg === vg);
    const needed = here.reduce((sum, { bytes = 0 }) => sum + extentsFor(bytes, extentBytes), 0);
    const freed = here.flatMap(({ before }) => before).filter((each) => !isThin(each));
    const free = freeExtents + freed.reduce((sum, { bytes }) => sum + extentsFor(bytes, extentBytes), 0);
    if (needed <= free) continue;
    const message = `The snapshots need ${needed} extents, and ${free} are free.`;
    problems.add('vg-full', vg, [message, 'Add a disk (vgextend), free some space, or ask for less: --size.']);
  }
}
