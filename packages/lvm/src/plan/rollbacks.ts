import type { LogicalVolume, Storage } from '../storage.ts';
import { markOf, ownerTag } from '../tags.ts';
import {
  cacheFault,
  type Dependant,
  dependantsOf,
  describeDependants,
  isOverflowed,
  isPool,
  isThin,
} from './dependants.ts';
import { REPLACED } from './disks-of.ts';
import { groupFault } from './group.ts';
import { moveOf } from './observed.ts';
import { Problems } from './problems.ts';
import { isSnapshot, snapshotName } from './snapshots.ts';

export interface WantedRollback {
  readonly vg: string;
  readonly volume: string;
  /** The snapshot's name in the group. */
  readonly snapshot: string;
}

export interface RollbackStep {
  readonly disk: LogicalVolume;
  readonly snapshot: LogicalVolume;
  readonly owner: string;
  /**
   * `merge`: LVM does it. `go on`: it has begun. `replace`: LVM has forgotten of what this thin snapshot was taken, as it does
   * when a sibling is merged; a new volume with its content takes the disk's place.
   */
  readonly how: 'merge' | 'go on' | 'replace';
}

/**
 * What has to be done to roll disks back. All is checked before anything is done.
 *
 * @throws LvmError `volume-not-found`, `foreign-volume`, `in-use`, `snapshot-full`, `moving` ...; `plan-refused` for several
 */
export function planRollbacks(wanted: readonly WantedRollback[], storage: Storage): readonly RollbackStep[] {
  const problems = new Problems();
  for (const vg of new Set(wanted.map((each) => each.vg))) {
    const fault = groupFault(storage, vg);
    if (fault) problems.add(fault[0], vg, [fault[1], fault[2]]);
  }
  problems.throwAny();
  const steps = wanted.flatMap((each) => stepOf(each, storage, problems) ?? []);
  problems.throwAny();
  return steps;
}

/** The volume that an interrupted roll back has put aside, and that the disk has taken the place of; undefined when there is none. */
export const formerOf = ({ volumes }: Storage, { disk, owner }: Pick<RollbackStep, 'disk' | 'owner'>) =>
  volumes.find(
    ({ vg, name, uuid, tags }) =>
      vg === disk.vg &&
      name === `${disk.name}${REPLACED}` &&
      uuid !== disk.uuid &&
      markOf(tags)?.tag === ownerTag(owner),
  );

/** While it is merged into its origin, LVM hides a snapshot. */
export const mergingInto = ({ volumes }: Storage, { vg, name }: LogicalVolume): LogicalVolume | undefined =>
  volumes.find((each) => each.vg === vg && each.origin === name && each.merging && each.name !== name);

function stepOf(wanted: WantedRollback, storage: Storage, problems: Problems): RollbackStep | undefined {
  const { vg, volume } = wanted;
  const where = `${vg}/${volume}`;
  const disk = storage.volumes.find((each) => each.vg === vg && each.name === volume && !each.internal);
  if (disk === undefined) {
    problems.add('volume-not-found', where, ['There is no such volume.', 'See which there are: lvs.']);
    return undefined;
  }
  const mark = markOf(disk.tags);
  if (mark?.kind !== 'disk' || isPool(disk)) {
    problems.add('foreign-volume', where, ['It does not bear our tag as a disk.', 'Adopt it first, when it is yours.']);
    return undefined;
  }
  const { owner } = mark;
  const name = snapshotName(volume, wanted.snapshot);
  const merging = mergingInto(storage, disk);
  const named = storage.volumes.find((each) => each.vg === vg && each.name === wanted.snapshot);
  const isIt = (each: LogicalVolume): boolean => each.vg === vg && isSnapshot(each, { owner, name, disk: volume });
  const snapshot = [merging, named, ...storage.volumes].find((each) => each !== undefined && isIt(each));
  if (merging !== undefined && merging !== snapshot) {
    problems.add('in-use', where, [`It is being rolled back to ${merging.name}.`, 'Wait until that has ended.']);
    return undefined;
  }
  if (snapshot === undefined) {
    if (named === undefined)
      problems.add('volume-not-found', where, [
        `It has no snapshot ${name}.`,
        'See which there are: kvmctl disk list.',
      ]);
    else
      problems.add('foreign-volume', where, [
        `${vg}/${named.name} does not bear the tag of a snapshot of ${owner}.`,
        'It is not touched.',
      ]);
    return undefined;
  }
  const fault = faultOf({ disk, snapshot, owner }, storage);
  if (fault !== undefined) problems.add(fault[0], where, [fault[1], fault[2]]);
  const how = merging !== undefined ? 'go on' : snapshot.origin === volume ? 'merge' : 'replace';
  return { disk, snapshot, owner, how };
}

type Fault = readonly [
  'bad-layout' | 'in-use' | 'snapshot-full' | 'moving' | 'volume-not-found',
  message: string,
  remedy: string,
];

function faultOf({ disk, snapshot, owner }: Omit<RollbackStep, 'how'>, storage: Storage): Fault | undefined {
  const { vg } = disk;
  for (const each of [disk, snapshot]) {
    const where = `${vg}/${each.name}`;
    // A snapshot that is being merged has its devices open itself.
    if (each.open && !snapshot.merging)
      return ['in-use', `${where} is open.`, 'Stop the guest, or whatever else has it open (lsof, dmsetup deps).'];
    if (moveOf(storage, each)) return ['moving', `${where} is being moved.`, 'Wait until that has ended.'];
  }
  const cached = cacheFault(disk);
  if (cached && !snapshot.merging) return ['bad-layout', ...cached];
  if (isOverflowed(snapshot)) {
    const message = `The snapshot ${vg}/${snapshot.name} is lost: more has changed since than it had room for.`;
    return ['snapshot-full', message, 'Remove it and take another, larger one.'];
  }
  const sharesPool = isThin(disk) && isThin(snapshot) && disk.pool === snapshot.pool;
  if (snapshot.origin !== disk.name && !sharesPool)
    return [
      'volume-not-found',
      `${vg}/${snapshot.name} is no snapshot of it any more.`,
      `See: lvs -o name,origin ${vg}.`,
    ];
  return faultOfOthers({ disk, snapshot, owner }, storage);
}

/** What depends on the disk or its snapshot, and would be lost or changed. */
function faultOfOthers({ disk, snapshot, owner }: Omit<RollbackStep, 'how'>, storage: Storage): Fault | undefined {
  const isOwn = ({ volume }: Dependant): boolean => {
    const mark = markOf(volume?.tags ?? []);
    return mark !== undefined && mark.owner === owner && mark.kind !== 'disk';
  };
  const dependants = [...dependantsOf(storage, disk), ...dependantsOf(storage, snapshot)];
  const others = dependants.filter(({ how, volume }) => how !== 'cache' && volume !== snapshot && volume !== disk);
  const foreign = others.filter((each) => each.how === 'external' || !isOwn(each));
  if (foreign.length > 0)
    return ['in-use', `It is needed: ${describeDependants(foreign)}.`, 'Remove or detach those first.'];
  const copied = others.find(({ volume }) => volume?.open && markOf(volume.tags)?.kind === 'copying');
  if (copied) return ['in-use', 'It is being copied or backed up.', 'Wait until that has ended.'];
  const thick = others.filter(({ how }) => how === 'thick').flatMap(({ volume }) => volume ?? []);
  const small = thick.find((each) => markOf(each.tags)?.kind === 'snapshot' && roomIn(each) < heldIn(snapshot));
  if (small === undefined) return undefined;
  const message = `The snapshot ${small.name} has no room for all that changes, and would be lost.`;
  return ['snapshot-full', message, `Let it grow first (lvextend -L +1G ${small.vg}/${small.name}), or remove it.`];
}

const heldIn = ({ bytes, dataPercent = 0 }: LogicalVolume): number => (bytes * dataPercent) / 100;

/** One that has overflowed has nothing to lose. */
const roomIn = (each: LogicalVolume): number =>
  isOverflowed(each) ? Number.POSITIVE_INFINITY : each.bytes - heldIn(each);
