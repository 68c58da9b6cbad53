import { extentsFor } from '../extents.ts';
import { volumeNameFault } from '../names.ts';
import type { LogicalVolume, Storage } from '../storage.ts';
import { markOf } from '../tags.ts';
import { cacheFault, dependantsOf, isPool, isThin } from './dependants.ts';
import type { Layout } from './desired.ts';
import { groupFault } from './group.ts';
import { creation } from './needs.ts';
import { isFullPool, layoutOf, moveOf } from './observed.ts';
import { Problems } from './problems.ts';
import { whyNotRemove } from './removals.ts';
import { roomOf } from './room.ts';

export interface WantedClone {
  readonly vg: string;
  readonly volume: string;
  readonly to: { readonly volume: string; readonly owner: string };
}

/**
 * Checks that volumes can be cloned, all of them before the first: whose they are, that the names are free, and that there is room.
 *
 * @throws LvmError `name-taken`, `foreign-volume`, `vg-full`, `thin-pool-full`, `moving` ...; `plan-refused` for several
 */
export function checkClones(wanted: readonly WantedClone[], storage: Storage): void {
  const problems = new Problems();
  const needed = new Map<string, number>();
  for (const vg of new Set(wanted.map((each) => each.vg))) {
    const fault = groupFault(storage, vg);
    if (fault) problems.add(fault[0], vg, [fault[1], fault[2]]);
  }
  problems.throwAny();
  for (const each of wanted) {
    const extents = checkSource(each, storage, problems);
    checkTarget(each, storage, problems);
    needed.set(each.vg, (needed.get(each.vg) ?? 0) + extents);
  }
  for (const [vg, extents] of needed) checkRoom({ vg, extents }, storage, problems);
  problems.throwAny();
}

/** How the copy of a volume is laid out. One whose layout no plan makes, with a cache for instance, has a linear copy. */
export const copyLayout = (source: LogicalVolume): Layout => layoutOf(source) ?? { type: 'linear' };

/** Extents that the copy of a volume takes from its group. */
function extentsOfCopy(source: LogicalVolume, storage: Storage): number {
  const group = storage.groups.find(({ name }) => name === source.vg);
  if (group === undefined) return 0;
  const { legs, legExtents } = creation({ bytes: source.bytes, layout: copyLayout(source) }, roomOf(group, storage));
  return legs * legExtents;
}

/** @returns extents that its copy takes from the group */
function checkSource({ vg, volume }: WantedClone, storage: Storage, problems: Problems): number {
  const where = `${vg}/${volume}`;
  const source = storage.volumes.find((each) => each.vg === vg && each.name === volume && !each.internal);
  if (source === undefined) {
    problems.add('volume-not-found', where, ['There is no such volume.', 'See which there are: lvs.']);
    return 0;
  }
  if (markOf(source.tags)?.kind !== 'disk' || isPool(source))
    problems.add('foreign-volume', where, ['It does not bear our tag as a disk.', 'Adopt it first, when it is yours.']);
  const cached = cacheFault(source);
  if (cached) problems.add('bad-layout', where, cached);
  if (dependantsOf(storage, source).some(({ how }) => how === 'disk')) {
    const message = 'In it is a physical volume that this host uses: a copy would be taken for the same.';
    problems.add('in-use', where, [message, 'Have LVM leave what is in volumes alone: scan_lvs = 0 in lvm.conf.']);
  }
  if (moveOf(storage, source)) problems.add('moving', where, ['It is being moved.', 'Wait until that has ended.']);
  const pool = storage.volumes.find((each) => each.vg === vg && each.name === source.pool);
  if (pool !== undefined && isThin(source) && isFullPool(pool)) {
    const remedy = `Grow it (lvextend -L +10G ${vg}/${pool.name}), or remove what is in it.`;
    problems.add('thin-pool-full', where, [`Its thin pool ${vg}/${pool.name} is full.`, remedy]);
  }
  return extentsOfCopy(source, storage);
}

function checkTarget({ vg, to }: WantedClone, storage: Storage, problems: Problems): void {
  const where = `${vg}/${to.volume}`;
  const fault = volumeNameFault(vg, to.volume);
  if (fault !== undefined) problems.add('invalid-name', where, [`The name ${fault}.`, 'Choose another one.']);
  const visible = storage.volumes.filter((each) => each.vg === vg && !each.internal);
  const there = visible.find((each) => each.name === to.volume);
  const marked = visible.find((each) => isDisk(each, to.owner));
  if (there !== undefined && !isUnfinished(there, to.owner))
    problems.add('name-taken', where, ['There is a volume of this name already.', 'Choose another name.']);
  else if (marked !== undefined)
    problems.add('name-taken', where, [`${vg}/${marked.name} is ${to.owner} already.`, 'Choose another name.']);
  const leftover = there !== undefined && isUnfinished(there, to.owner) ? whyNotRemove(there, storage) : undefined;
  if (leftover) problems.add(leftover[0], where, [leftover[1], leftover[2]]);
}

const isDisk = ({ tags }: LogicalVolume, owner: string): boolean => {
  const mark = markOf(tags);
  return mark?.kind === 'disk' && mark.owner === owner;
};

const isUnfinished = ({ tags }: LogicalVolume, owner: string): boolean => {
  const mark = markOf(tags);
  return mark?.kind === 'unfinished' && mark.owner === owner;
};

/** A copy is read from a snapshot, which takes an extent at least; what an interrupted clone has left makes room. */
function checkRoom({ vg, extents }: { vg: string; extents: number }, storage: Storage, problems: Problems): void {
  const group = storage.groups.find(({ name }) => name === vg);
  if (group === undefined || extents === 0) return;
  const left = storage.volumes.filter(
    (each) => each.vg === vg && !isThin(each) && ['unfinished', 'copying'].includes(markOf(each.tags)?.kind ?? ''),
  );
  const freed = left.reduce((sum, { bytes }) => sum + extentsFor(bytes, group.extentBytes), 0);
  const free = group.freeExtents + freed;
  if (extents + 1 <= free) return;
  const message = `The copies need ${extents} extents and one for a snapshot, and ${free} are free.`;
  problems.add('vg-full', vg, [message, 'Add a disk (vgextend), or free some space.']);
}
