import { LvmError } from '../errors.ts';
import type { LogicalVolume, Storage } from '../storage.ts';
import { markOf } from '../tags.ts';
import { isPool } from './dependants.ts';
import { groupNamed } from './group.ts';

/** Name of a disk's former volume while a roll back puts another in its place. */
export const REPLACED = '.replaced';

/** A disk of a guest. */
export interface GuestDisk {
  /** `root` */
  readonly disk: string;
  readonly owner: string;
  readonly volume: LogicalVolume;
}

/**
 * A guest's disks in a group: the volumes whose tag says so, whatever their names.
 *
 * @throws LvmError `vg-not-found`, `ambiguous-group`; `name-taken` when two volumes are marked as one disk
 */
export function disksOf(storage: Storage, vg: string, guest: string): readonly GuestDisk[] {
  groupNamed(storage, vg);
  const disks = new Map<string, GuestDisk>();
  for (const volume of storage.volumes) {
    const mark = markOf(volume.tags);
    if (volume.vg !== vg || volume.internal || isPool(volume)) continue;
    if (mark?.kind !== 'disk' || !mark.owner.startsWith(`${guest}/`)) continue;
    const found = { disk: mark.owner.slice(guest.length + 1), owner: mark.owner, volume };
    const other = disks.get(mark.owner);
    const replaced = [found, other].find((each) => each?.volume.name.endsWith(REPLACED));
    if (other !== undefined && replaced === undefined) throw markedTwice(mark.owner, [other.volume, volume]);
    if (other === undefined || other === replaced) disks.set(mark.owner, found);
  }
  return [...disks.values()];
}

const markedTwice = (owner: string, volumes: readonly LogicalVolume[]): LvmError =>
  new LvmError(
    'name-taken',
    `${volumes.map(({ vg, name }) => `${vg}/${name}`).join(' and ')} are both marked as ${owner}.`,
    {
      remedy: 'Take the tag from the one that is not: lvchange --deltag.',
    },
  );

/**
 * A disk of a guest, by its tag. A volume with the disk's name and without its tag is somebody else's.
 *
 * @throws LvmError `volume-not-found`, `foreign-volume`
 */
export function diskOf(storage: Storage, vg: string, owner: string): LogicalVolume {
  const [guest = '', disk = ''] = owner.split('/');
  const all = disksOf(storage, vg, guest);
  const found = all.find((each) => each.owner === owner);
  if (found !== undefined) return found.volume;
  const name = `${guest}.${disk}`;
  const other = storage.volumes.find((each) => each.vg === vg && each.name === name && !each.internal);
  if (other !== undefined) throw foreign(other, owner);
  const has = all.length === 0 ? `${guest} has no disks there: see kvmctl disk list.` : `It has ${names(all)}.`;
  throw new LvmError('volume-not-found', `${guest} has no disk ${disk} in ${vg}.`, { remedy: has });
}

/**
 * The disks of a guest that are named, each once, or all.
 *
 * @throws LvmError `volume-not-found`, `foreign-volume`; also when there is none
 */
export function chooseDisks(
  storage: Storage,
  vg: string,
  { guest, names: chosen }: { readonly guest: string; readonly names?: readonly string[] | undefined },
): readonly GuestDisk[] {
  if (chosen !== undefined)
    return [...new Set(chosen)].map((disk) => {
      const owner = `${guest}/${disk}`;
      return { disk, owner, volume: diskOf(storage, vg, owner) };
    });
  const disks = disksOf(storage, vg, guest);
  if (disks.length > 0) return disks;
  const named = storage.volumes.filter((each) => each.vg === vg && !each.internal && each.name.startsWith(`${guest}.`));
  const remedy =
    named.length === 0
      ? 'See kvmctl disk list.'
      : `${named.map(({ name }) => name).join(', ')} are not marked as its disks.`;
  throw new LvmError('volume-not-found', `${guest} has no disks in ${vg}.`, { remedy });
}

/**
 * A volume of a guest that a person names, `root` or `root.monday`: only when its tag says that it is this one.
 *
 * @throws LvmError `volume-not-found`; `foreign-volume` for one that has the name, and another tag or none
 */
export function findOwn(storage: Storage, vg: string, [guest, name]: readonly [string, string]): LogicalVolume {
  groupNamed(storage, vg);
  const [disk = '', ...rest] = name.split('.');
  const owner = `${guest}/${disk}`;
  const snapshot = rest.join('.');
  const visible = storage.volumes.filter((each) => each.vg === vg && !each.internal);
  const named = visible.find((each) => each.name === `${guest}.${name}`);
  if (named !== undefined) {
    const mark = markOf(named.tags);
    const isDisk = mark?.kind === 'disk' || mark?.kind === 'unfinished';
    if (mark?.owner === owner && isDisk === (snapshot === '') && !isPool(named)) return named;
    throw foreign(named, owner);
  }
  const marked = visible.find(({ tags }) => {
    const mark = markOf(tags);
    return (
      mark?.owner === owner &&
      (snapshot === '' ? mark.kind === 'disk' : mark.kind === 'snapshot' && mark.name === snapshot)
    );
  });
  if (marked !== undefined) return marked;
  throw new LvmError('volume-not-found', `${guest} has no ${name} in ${vg}.`, { remedy: 'See kvmctl disk list.' });
}

const names = (disks: readonly GuestDisk[]): string =>
  disks
    .map(({ disk }) => disk)
    .sort()
    .join(', ');

function foreign(volume: LogicalVolume, owner: string): LvmError {
  const { vg, name, tags } = volume;
  const mark = markOf(tags);
  if (mark?.owner === owner && isPool(volume))
    return new LvmError('foreign-volume', `${vg}/${name} bears the tag of ${owner}, and is a pool.`, {
      remedy: `Take the tag from it: lvchange --deltag ${mark.tag} ${vg}/${name}.`,
    });
  const whose = mark === undefined ? "somebody else's" : `marked as ${mark.tag}`;
  return new LvmError('foreign-volume', `${vg}/${name} does not bear the tag of ${owner}: it is ${whose}.`, {
    remedy:
      mark === undefined
        ? `Adopt it first, when it is this guest's: kvmctl apply --adopt ${vg}/${name}.`
        : 'Rename it.',
  });
}
