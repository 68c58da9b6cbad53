import { extentsFor, type Layout, LvmError, markOf, ownerTag, unfinishedTag } from '../index.ts';
import { groupNamed } from '../plan/group.ts';
import type { VolumeName } from './find.ts';
import { layoutWords } from './layout-words.ts';
import { type LvmRunner, lvm } from './lvm.ts';
import { readStorage } from './read-storage.ts';
import { removeVolume } from './remove.ts';

/** A volume that is to be made and filled. */
export interface NewVolume extends VolumeName {
  /** What it is for: `65/root`. */
  readonly owner: string;
  /** At least so many. */
  readonly bytes: number;
  /** Linear when absent. */
  readonly layout?: Layout;
  /** Disks that it may lie on, or `@ssd` for those with that tag; any of the group when absent. */
  readonly on?: readonly string[];
}

/**
 * Makes a volume that says of itself that it is not whole yet; what an interrupted attempt has left is removed first.
 *
 * @throws LvmError `name-taken`, `vg-full`, `ambiguous-group` ...
 */
export async function beginVolume(
  { vg, volume, owner, bytes, layout = { type: 'linear' }, on = [] }: NewVolume,
  runner: LvmRunner,
): Promise<void> {
  const { extentBytes } = groupNamed(await readStorage(runner), vg);
  await clearUnfinished({ vg, volume }, owner, runner);
  // Remains of what once lay in the extents that it takes are wiped: nobody has them any more.
  const words = layoutWords({ layout, bytes, extents: extentsFor(bytes, extentBytes) });
  await lvm(runner, ['lvcreate', '--yes', '--name', volume, '--addtag', unfinishedTag(owner), ...words, vg, ...on]);
}

/** From now on it is whole. */
export async function finishVolume({ vg, volume, owner }: NewVolume, runner: LvmRunner): Promise<void> {
  const tags = ['--addtag', ownerTag(owner), '--deltag', unfinishedTag(owner)];
  const select = `lv_name="${volume}" && lv_tags="${unfinishedTag(owner)}"`;
  await lvm(runner, ['lvchange', ...tags, '--select', select, vg]);
}

/** Makes room for a volume of ours that is to be made. @throws LvmError `name-taken` when something whole is there */
export async function clearUnfinished({ vg, volume }: VolumeName, owner: string, runner: LvmRunner): Promise<void> {
  const { volumes } = await readStorage(runner);
  const there = volumes.find((each) => each.vg === vg && each.name === volume);
  const disk = volumes.find(({ tags, ...each }) => each.vg === vg && markOf(tags)?.tag === ownerTag(owner));
  if (disk !== undefined && disk !== there) {
    throw new LvmError('name-taken', `${vg}/${disk.name} is ${owner} already.`, { remedy: 'Choose another name.' });
  }
  if (there === undefined) return;
  const mark = markOf(there.tags);
  if (mark?.tag !== unfinishedTag(owner)) {
    throw new LvmError('name-taken', `There is a volume ${vg}/${volume} already.`, { remedy: 'Choose another name.' });
  }
  await removeVolume({ vg, uuid: there.uuid, tag: mark.tag }, runner);
}
