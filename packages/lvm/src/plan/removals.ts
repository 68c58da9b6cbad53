import { volumePath } from '../names.ts';
import type { LogicalVolume, Storage } from '../storage.ts';
import { isOurs } from '../tags.ts';
import type { Match } from './match.ts';
import { isPartOf } from './observed.ts';
import type { Problems } from './problems.ts';
import type { RemoveStep } from './step.ts';

/** Removes what a person named, and what interrupted makings of volumes that are still wanted have left. */
export function removals(
  matches: readonly Match[],
  { volumes }: Storage,
  { named, problems }: { readonly named: ReadonlySet<string>; readonly problems: Problems },
): readonly RemoveStep[] {
  const wanted = new Set(matches.flatMap(({ observed }) => observed ?? []));
  const steps: RemoveStep[] = [];
  for (const path of named) {
    const volume = volumes.find(({ vg, name, internal }) => `${vg}/${name}` === path && !internal);
    if (volume === undefined) {
      problems.add('volume-not-found', path, ['There is no such volume.', 'Take it from those to be removed.']);
      continue;
    }
    const fault = whyNotRemove(volume, volumes, wanted);
    if (fault) problems.add(...fault);
    else steps.push(remove(volume, 'named'));
  }
  for (const { unfinished } of matches) {
    if (unfinished && !named.has(`${unfinished.vg}/${unfinished.name}`)) steps.push(remove(unfinished, 'unfinished'));
  }
  return steps;
}

const remove = ({ vg, name, bytes }: LogicalVolume, reason: RemoveStep['reason']): RemoveStep => ({
  ...{ action: 'remove', vg, volume: name, bytes, reason },
  effect: reason === 'named' ? 'destroys data' : 'live',
});

function whyNotRemove(
  volume: LogicalVolume,
  volumes: readonly LogicalVolume[],
  wanted: ReadonlySet<LogicalVolume>,
): Parameters<Problems['add']> | undefined {
  const { vg, name, tags, open } = volume;
  const where = `${vg}/${name}`;
  if (wanted.has(volume)) {
    const message = 'It is to be removed, and it is wanted too.';
    return ['bad-arguments', where, [message, 'Take it out of the inventory first.']];
  }
  if (!isOurs(tags)) return ['foreign-volume', where, ['It is not ours.', `Remove it by hand: lvremove ${where}.`]];
  if (open) return ['in-use', where, [`Something has ${volumePath(vg, name)} open.`, 'Stop its guest first.']];
  const dependants = volumes.filter((other) => other.vg === vg && dependsOn(other, volume)).map((other) => other.name);
  if (dependants.length > 0) {
    const message = `${dependants.join(', ')} would go with it.`;
    return ['in-use', where, [message, 'Remove those first.']];
  }
  return undefined;
}

/** A snapshot on its origin, a thin volume on its pool. A thin snapshot lives on without its origin. */
const dependsOn = (other: LogicalVolume, { name }: LogicalVolume): boolean =>
  other.pool === name || (other.origin === name && other.pool === undefined);

/** The storage without what is removed, parts included. */
export function withoutRemoved(storage: Storage, steps: readonly RemoveStep[]): Storage {
  const paths = new Set(steps.map(({ vg, volume }) => `${vg}/${volume}`));
  const removed = storage.volumes.filter(({ vg, name, internal }) => !internal && paths.has(`${vg}/${name}`));
  const gone = (volume: LogicalVolume): boolean => removed.some((each) => each === volume || isPartOf(volume, each));
  return removed.length === 0 ? storage : { ...storage, volumes: storage.volumes.filter((volume) => !gone(volume)) };
}
