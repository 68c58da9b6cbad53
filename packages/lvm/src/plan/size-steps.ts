import { formatSize } from '../sizes.ts';
import type { ExtentRange, LogicalVolume, Storage } from '../storage.ts';
import { isThin } from './dependants.ts';
import type { DesiredVolume } from './desired.ts';
import type { Match } from './match.ts';
import { creation, extension, type Growth, wantedExtents } from './needs.ts';
import { isFullPool, isMoving, layoutOf, type Places } from './observed.ts';
import { place } from './place.ts';
import type { Problems } from './problems.ts';
import { candidates, extentsOf, type Room } from './room.ts';
import type { CreateStep, GrowStep } from './step.ts';

interface Context {
  readonly rooms: ReadonlyMap<string, Room>;
  readonly places: Places;
  readonly storage: Storage;
  /** Names of snapshots by the path of what they are taken of. */
  readonly snapshots: ReadonlyMap<string, readonly string[]>;
  readonly problems: Problems;
}

/** A volume that is to be made or to grow. */
interface Task {
  readonly match: Match;
  readonly room: Room;
  readonly growth: Growth;
  readonly candidates: readonly string[];
}

/** Creates and grows, pools before what lies in them. Whatever may lie on few disks is found a place first. */
export function sizeSteps(
  matches: readonly Match[],
  given: Omit<Context, 'snapshots'>,
): readonly (CreateStep | GrowStep)[] {
  const context = { ...given, snapshots: snapshotsIn(given.storage) };
  const tasks = matches.flatMap((match) => taskOf(match, context) ?? []);
  for (const { match } of tasks) checkPool(match.desired, matches, context);
  const placed = new Map<Task, readonly ExtentRange[]>();
  for (const task of [...tasks].sort((a, b) => a.candidates.length - b.candidates.length)) {
    const ranges = placeTask(task, context);
    if (ranges) placed.set(task, ranges);
  }
  const isPool = ({ match }: Task): boolean => match.desired.layout.type === 'thin-pool';
  const ordered = [...tasks.filter(isPool), ...tasks.filter((task) => !isPool(task))];
  return ordered.map((task) => stepOf(task, placed.get(task) ?? []));
}

function taskOf(match: Match, context: Context): Task | undefined {
  const { desired, observed } = match;
  const room = context.rooms.get(desired.vg);
  if (room === undefined) return undefined;
  const growth = observed ? growthOf(desired, observed, { ...context, room }) : creation(desired, room);
  if (growth === undefined) return undefined;
  const where = `${desired.vg}/${desired.name}`;
  let allKnown = true;
  const unknown = (entry: string): void => {
    allKnown = false;
    const known = room.disks.map(({ device, tags }) => [device, ...tags.map((tag) => `@${tag}`)].join(' ')).join(', ');
    const message = `No physical volume of ${desired.vg} is ${JSON.stringify(entry)}.`;
    context.problems.add('pv-not-found', where, [message, `There are ${known || 'none'}.`]);
  };
  const disks = candidates(room, desired.on, unknown);
  return allKnown ? { match, room, growth, candidates: disks } : undefined;
}

/** Undefined when it is large enough, or cannot grow, which is reported. */
function growthOf(
  desired: DesiredVolume,
  observed: LogicalVolume,
  context: Context & { readonly room: Room },
): Growth | undefined {
  const { room, problems } = context;
  const where = `${desired.vg}/${desired.name}`;
  const layout = layoutOf(observed);
  const has = extentsOf(observed, room.group);
  const wants = wantedExtents(desired.bytes, layout ?? desired.layout, room);
  if (wants === has) return undefined;
  if (wants < has) {
    const message = `It is ${formatSize(observed.bytes)}, and ${formatSize(desired.bytes)} is wanted; volumes are never shrunk.`;
    const remedy = `Write ${formatSize(observed.bytes)}, or make a smaller one under another name and copy what is in it.`;
    problems.add('would-shrink', where, [message, remedy]);
    return undefined;
  }
  const fault = layout ? growFault(observed, context) : unknownLayout(observed);
  if (fault) problems.add(fault[0], where, [fault[1], fault[2]]);
  return layout && !fault ? extension(observed, layout, { to: wants, room }) : undefined;
}

type Fault = readonly ['bad-layout' | 'moving' | 'origin-active', message: string, remedy: string];

const unknownLayout = ({ vg, name, layout }: LogicalVolume): Fault => [
  'bad-layout',
  `It is ${layout.join(',') || 'of an unknown layout'}, which a plan does not grow.`,
  `Grow it by hand: lvextend ${vg}/${name}.`,
];

/** Snapshots by what they are taken of; thin ones, which hinder nothing, are not among them. */
function snapshotsIn({ volumes }: Storage): ReadonlyMap<string, readonly string[]> {
  const snapshots = new Map<string, string[]>();
  for (const volume of volumes) {
    const { vg, name, origin } = volume;
    if (origin === undefined || isThin(volume)) continue;
    const path = `${vg}/${origin}`;
    snapshots.set(path, [...(snapshots.get(path) ?? []), name]);
  }
  return snapshots;
}

/** What LVM refuses to grow at the moment. */
function growFault(observed: LogicalVolume, { snapshots }: Context): Fault | undefined {
  if (isMoving(observed)) return ['moving', 'It is being moved.', 'Wait until the move has ended.'];
  const { vg, name, active } = observed;
  const names = snapshots.get(`${vg}/${name}`);
  if (!active || names === undefined) return undefined;
  const message = `It has the snapshot ${names.join(', ')}, with which it grows only while its guest is stopped.`;
  return ['origin-active', message, 'Remove the snapshot, or stop the guest and deactivate both.'];
}

function checkPool(
  { vg, name, layout }: DesiredVolume,
  matches: readonly Match[],
  { storage, problems }: Context,
): void {
  if (layout.type !== 'thin') return;
  const { pool } = layout;
  const made = matches.some(
    ({ desired }) => desired.vg === vg && desired.name === pool && desired.layout.type === 'thin-pool',
  );
  const there = storage.volumes.find(
    (volume) => volume.vg === vg && volume.name === pool && volume.layout.includes('pool'),
  );
  if (there && isFullPool(there)) {
    const remedy = `Grow it (lvextend -L +10G ${vg}/${pool}), or remove what is in it.`;
    problems.add('thin-pool-full', `${vg}/${name}`, [`The thin pool ${vg}/${pool} is full.`, remedy]);
  }
  if (made || there) return;
  const remedy = `Make it: lvcreate --type thin-pool -L 100G -n ${pool} ${vg}.`;
  problems.add('volume-not-found', `${vg}/${name}`, [`There is no thin pool ${vg}/${pool}.`, remedy]);
}

function placeTask(
  { match, room, growth, ...task }: Task,
  { places, problems }: Context,
): readonly ExtentRange[] | undefined {
  const { desired, observed } = match;
  const ends = observed ? places.endsOf(observed) : [];
  const { legs, legExtents: extents } = growth;
  const ranges = place(room.free, { legs, extents, ends, candidates: task.candidates });
  if (ranges) return ranges;
  const needs = `${extents} extents (${formatSize(extents * room.group.extentBytes)})`;
  const each = legs === 1 ? needs : `${needs} on each of ${legs} disks`;
  const free =
    task.candidates.map((disk) => `${disk} has ${room.free.count(disk)}`).join(', ') || 'no disk may be used';
  const remedy = `Add a disk (vgextend ${desired.vg} /dev/DISK), free one, or write a smaller size.`;
  problems.add('vg-full', `${desired.vg}/${desired.name}`, [`It needs ${each} more; ${free} left.`, remedy]);
  return undefined;
}

function stepOf({ match, room, growth }: Task, on: readonly ExtentRange[]): CreateStep | GrowStep {
  const { vg, name: volume, owner, layout, from } = match.desired;
  const { extents, metadataExtents } = growth;
  const size = { extents, bytes: extents * room.group.extentBytes, on, effect: 'live' } as const;
  if (match.observed)
    return { action: 'grow', vg, volume, uuid: match.observed.uuid, fromBytes: match.observed.bytes, ...size };
  return {
    action: 'create',
    vg,
    volume,
    owner,
    layout,
    ...size,
    ...(metadataExtents && { metadataExtents }),
    ...(from !== undefined && { from }),
  };
}
