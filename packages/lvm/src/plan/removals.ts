import { volumePath } from '../names.ts';
import type { LogicalVolume, Storage } from '../storage.ts';
import { markOf } from '../tags.ts';
import { dependantsOf, describeDependants } from './dependants.ts';
import type { Match } from './match.ts';
import { isPartOf, moveOf } from './observed.ts';
import type { Problems } from './problems.ts';
import type { RemoveStep } from './step.ts';

/** Removes what a person named, and what interrupted makings of volumes that are still wanted have left. */
export function removals(
  matches: readonly Match[],
  storage: Storage,
  { named, problems }: { readonly named: ReadonlySet<string>; readonly problems: Problems },
): readonly RemoveStep[] {
  const wanted = new Set(matches.flatMap(({ observed }) => observed ?? []));
  const volumes = [...named].flatMap((path): LogicalVolume[] => {
    const volume = storage.volumes.find(({ vg, name, internal }) => `${vg}/${name}` === path && !internal);
    if (volume !== undefined && !wanted.has(volume)) return [volume];
    if (volume === undefined)
      problems.add('volume-not-found', path, ['There is no such volume.', 'Take it from those to be removed.']);
    else {
      const message = 'It is to be removed, and it is wanted too.';
      problems.add('bad-arguments', path, [message, 'Take it out of the inventory first.']);
    }
    return [];
  });
  const steps: RemoveStep[] = [];
  for (const volume of dependantsFirst(volumes)) {
    const fault = whyNotRemove(volume, storage, steps);
    if (fault) problems.add(fault[0], `${volume.vg}/${volume.name}`, [fault[1], fault[2]]);
    else steps.push(remove(volume, 'named'));
  }
  for (const { unfinished, desired } of matches) {
    if (unfinished === undefined || named.has(`${unfinished.vg}/${unfinished.name}`)) continue;
    const fault = whyNotRemove(unfinished, storage, steps);
    if (fault) problems.add(fault[0], `${desired.vg}/${desired.name}`, [`${unfinished.name}: ${fault[1]}`, fault[2]]);
    else steps.push(remove(unfinished, 'unfinished'));
  }
  return steps;
}

const remove = ({ vg, name, uuid, tags, bytes }: LogicalVolume, reason: RemoveStep['reason']): RemoveStep => ({
  ...{ action: 'remove', vg, volume: name, uuid, tag: markOf(tags)?.tag ?? '', bytes, reason },
  effect: reason === 'named' ? 'destroys data' : 'live',
});

/** Snapshots before what they are taken of. */
function dependantsFirst(volumes: readonly LogicalVolume[]): readonly LogicalVolume[] {
  const left = [...volumes];
  const ordered: LogicalVolume[] = [];
  while (left.length > 0) {
    const free = left.findIndex(({ vg, name }) => !left.some((other) => other.vg === vg && other.origin === name));
    ordered.push(...left.splice(Math.max(free, 0), 1));
  }
  return ordered;
}

/** @param gone what is removed before @returns what keeps a volume from being removed; undefined when nothing does */
export function whyNotRemove(
  volume: LogicalVolume,
  storage: Storage,
  gone: readonly RemoveStep[] = [],
): readonly [code: 'foreign-volume' | 'in-use' | 'moving', message: string, remedy: string] | undefined {
  const { vg, name, tags, open } = volume;
  if (markOf(tags) === undefined)
    return ['foreign-volume', 'It is not ours.', `Remove it by hand: lvremove ${vg}/${name}.`];
  if (open) return ['in-use', `Something has ${volumePath(vg, name)} open.`, 'Stop its guest first.'];
  if (volume.merging)
    return ['in-use', 'It is being merged into what it is a snapshot of.', 'Wait until that has ended.'];
  if (moveOf(storage, volume)) return ['moving', 'It is being moved.', 'Wait until that has ended.'];
  const left = dependantsOf(storage, volume).filter((each) => !gone.some(({ uuid }) => uuid === each.volume?.uuid));
  if (left.length === 0) return undefined;
  return ['in-use', `It is needed: ${describeDependants(left)}.`, 'Remove or detach those first.'];
}

/** The storage without what is removed, parts included. */
export function withoutRemoved(storage: Storage, steps: readonly RemoveStep[]): Storage {
  const uuids = new Set(steps.map(({ uuid }) => uuid));
  const removed = storage.volumes.filter(({ uuid, internal }) => !internal && uuids.has(uuid));
  const gone = (volume: LogicalVolume): boolean => removed.some((each) => each === volume || isPartOf(volume, each));
  return removed.length === 0 ? storage : { ...storage, volumes: storage.volumes.filter((volume) => !gone(volume)) };
}
