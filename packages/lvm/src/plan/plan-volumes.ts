import type { Storage } from '../storage.ts';
import { ownerOf, unfinishedOwnerOf } from '../tags.ts';
import { checkDesired } from './check-desired.ts';
import type { DesiredVolume } from './desired.ts';
import { differences } from './differences.ts';
import { groupFault } from './group.ts';
import { type Match, matchVolumes } from './match.ts';
import { Places } from './observed.ts';
import type { DiskSpace, VolumePlan } from './plan.ts';
import { poolSpaces } from './pools.ts';
import { Problems } from './problems.ts';
import { removals, withoutRemoved } from './removals.ts';
import { renames } from './renames.ts';
import { type Room, roomOf } from './room.ts';
import { sizeSteps } from './size-steps.ts';
import type { Step, TagStep } from './step.ts';

export interface PlanOptions {
  /** Volumes that are not marked as ours and shall be, as `vg/name`: a person said so. */
  readonly adopt?: readonly string[];
  /** Volumes of ours to remove, as `vg/name`: a person named them. */
  readonly remove?: readonly string[];
}

/**
 * What has to be done so that volumes are as desired. Nothing is shrunk, moved or laid out anew; nothing is removed unless
 * it is named. Space is found for the whole plan before there is a plan: its steps name the extents they take.
 *
 * @throws LvmError `plan-refused`, with all problems
 */
export function planVolumes(
  desired: readonly DesiredVolume[],
  storage: Storage,
  { adopt = [], remove = [] }: PlanOptions = {},
): VolumePlan {
  const problems = new Problems();
  checkDesired(desired, problems);
  problems.throwIfAny();
  const options = { adopt: new Set(adopt), remove: new Set(remove) };
  const matches = matchVolumes(desired, storage, { options, problems });
  const removed = removals(matches, storage, { named: options.remove, problems });
  const kept = withoutRemoved(storage, removed);
  const rooms = roomsFor(matches, kept, problems);
  const before = [...rooms.values()].map((room) => diskSpaces(room));
  const places = new Places(storage);
  const sized = sizeSteps(matches, { rooms, places, storage, problems });
  const steps: Step[] = [...removed, ...renames(matches), ...tags(matches), ...sized];
  reportGroups(steps, storage, problems);
  problems.throwIfAny();
  const after = [...rooms.values()].map((room) => diskSpaces(room));
  return {
    steps,
    disks: before.flat().map((space, index) => ({ ...space, freeAfter: after.flat()[index]?.freeAfter ?? 0 })),
    pools: poolSpaces(storage, kept, steps),
    differences: differences(matches, rooms, places),
    leftOver: leftOver(matches, kept),
  };
}

function roomsFor(matches: readonly Match[], storage: Storage, problems: Problems): ReadonlyMap<string, Room> {
  const rooms = new Map<string, Room>();
  for (const vg of new Set(matches.map(({ desired }) => desired.vg))) {
    const [group, ...others] = storage.groups.filter(({ name }) => name === vg);
    if (group && others.length === 0) rooms.set(vg, roomOf(group, storage));
    else reportGroup(vg, storage, problems);
  }
  return rooms;
}

/** A group that LVM changes nothing in stands in the way only of what has to be changed. */
function reportGroups(steps: readonly Step[], storage: Storage, problems: Problems): void {
  for (const vg of new Set(steps.map((step) => step.vg))) reportGroup(vg, storage, problems);
}

function reportGroup(vg: string, storage: Storage, problems: Problems): void {
  const fault = groupFault(storage, vg);
  if (fault) problems.add(fault[0], vg, [fault[1], fault[2]]);
}

const tags = (matches: readonly Match[]): readonly TagStep[] =>
  matches.flatMap(({ desired: { vg, name, owner }, observed, adopted }) =>
    adopted && observed ? [{ action: 'tag', vg, volume: name, uuid: observed.uuid, owner, effect: 'live' }] : [],
  );

const diskSpaces = ({ group, disks, free }: Room): readonly DiskSpace[] =>
  disks.map(({ device, extents }) => {
    const count = free.count(device);
    return { vg: group.name, device, extentBytes: group.extentBytes, extents, freeBefore: count, freeAfter: count };
  });

function leftOver(matches: readonly Match[], { volumes }: Storage): readonly string[] {
  const wanted = new Set(matches.flatMap(({ observed }) => observed ?? []));
  return volumes
    .filter((volume) => !volume.internal && !wanted.has(volume))
    .filter(({ tags }) => ownerOf(tags) !== undefined || unfinishedOwnerOf(tags) !== undefined)
    .map(({ vg, name }) => `${vg}/${name}`);
}
