import { type LogicalVolume, markOf, ownerTag } from '@kvm/lvm';
import { lvm, readStorage } from '@kvm/lvm/run';
import { type FileSystem, type IdentityFile, ImageError, installingTag } from '../index.ts';
import { readContents } from './blank.ts';
import { checkFilling, type Filling, fillVolumes, type VolumeToFill } from './fill.ts';
import type { ImageRunner } from './image-runner.ts';
import { type KnownHost, keepHostKey } from './known-hosts.ts';

/** A logical volume of a guest that is to hold a file system. */
export interface SystemVolume extends FileSystem {
  readonly vg: string;
  /** What it is for: `web/root`. */
  readonly owner: string;
  /** Its path, `/dev/vg/web.root`. */
  readonly device: string;
  /** LVM's UUID that it had when this was planned; absent for one that was to be made first. */
  readonly volumeUuid?: string;
}

/** An operating system that is to be put onto a guest's volumes. */
export interface Installation {
  /** The guest's. */
  readonly name: string;
  /** The root file system's is the first. */
  readonly volumes: readonly SystemVolume[];
  /** A path on the host. */
  readonly tarball: string;
  /** Whether the tarball was made by `makeGolden`, and need not be looked through. */
  readonly isGolden: boolean;
  readonly identity: readonly IdentityFile[];
  /** Where the host keeps the guest's host key. */
  readonly knownHost: KnownHost;
}

/** A volume as LVM has it now. */
interface FoundVolume {
  readonly wanted: SystemVolume;
  readonly found: LogicalVolume;
}

/**
 * Puts an operating system onto blank volumes of ours, and nothing onto others.
 *
 * A volume is marked before the first write to it, and the mark of the root volume taken away after the last one: until then, and
 * no longer, the next run begins afresh. See {@link installingTag}.
 *
 * @throws ImageError `not-blank`, `in-use`, `changed-meanwhile`, `bad-tarball`, `failed`; LvmError
 */
export async function installSystem(installation: Installation, runner: ImageRunner): Promise<void> {
  const { name, tarball, isGolden, identity, knownHost } = installation;
  const volumes = await findVolumes(installation, runner);
  const [root] = volumes;
  if (root === undefined) throw new Error(`${name} has no root volume`);
  const tag = installingTag(root.found.uuid);
  if (await isFinished(volumes, tag, runner)) {
    await takeTags(volumes, tag, runner);
    return;
  }
  // A mark that is not the root volume's, too, is of another installation, and says nothing.
  const begun = root.found.tags.includes(tag);
  const filling: Filling = {
    ...{ name, tarball, identity },
    volumes: volumes.map(({ wanted, found }): VolumeToFill => {
      const { device, mount, uuid } = wanted;
      return { device, mount, uuid, bytes: found.bytes, isUnfinished: begun && found.tags.includes(tag) };
    }),
  };
  await assertBlank(filling.volumes, runner);
  runner.report?.(`${name}: looking through ${tarball}`);
  if (!isGolden) await checkFilling(filling, runner);
  for (const each of volumes) if (!each.found.tags.includes(tag)) await changeTag('--addtag', tag, each, runner);
  await assertMarked(volumes, tag, runner);
  runner.report?.(`${name}: filling ${volumes.map(({ wanted }) => wanted.device).join(', ')}`);
  const key = await fillVolumes(filling, runner);
  await keepHostKey(knownHost, key, runner);
  await takeTags(volumes, tag, runner);
}

/** Whether an installation was finished, and only marks of other volumes than the root volume are left of it. */
async function isFinished(
  [root, ...others]: readonly FoundVolume[],
  tag: string,
  runner: ImageRunner,
): Promise<boolean> {
  if (root === undefined || root.found.tags.includes(tag)) return false;
  if (!others.some(({ found }) => found.tags.includes(tag))) return false;
  const { device } = root.wanted;
  return (await readContents([device], runner)).get(device) === 'used';
}

/** The root volume's first: that is the moment from which on all of them hold something. */
async function takeTags(volumes: readonly FoundVolume[], tag: string, runner: ImageRunner): Promise<void> {
  for (const each of volumes) await changeTag('--deltag', tag, each, runner);
}

/** @throws ImageError `changed-meanwhile` when LVM has not done it */
async function changeTag(
  change: '--addtag' | '--deltag',
  tag: string,
  { wanted: { vg, owner, device }, found: { uuid } }: FoundVolume,
  { run }: ImageRunner,
): Promise<void> {
  const select = `lv_uuid="${uuid}" && lv_tags="${ownerTag(owner)}"`;
  await lvm({ run }, ['lvchange', change, tag, '--select', select, vg]);
  const now = (await readStorage({ run })).volumes.find((each) => each.uuid === uuid);
  if (now === undefined || now.tags.includes(tag) !== (change === '--addtag')) throw changed(device);
}

/** Somebody else may have finished meanwhile what was unfinished, and started the guest. */
async function assertMarked(volumes: readonly FoundVolume[], tag: string, { run }: ImageRunner): Promise<void> {
  const { volumes: now } = await readStorage({ run });
  for (const { wanted, found } of volumes)
    if (!now.some(({ uuid, tags, open }) => uuid === found.uuid && tags.includes(tag) && !open))
      throw changed(wanted.device);
}

/** @throws ImageError `not-blank` before anything is marked */
async function assertBlank(volumes: readonly VolumeToFill[], runner: ImageRunner): Promise<void> {
  const devices = volumes.filter(({ isUnfinished }) => !isUnfinished).map(({ device }) => device);
  const contents = await readContents(devices, runner);
  const used = devices.find((device) => contents.get(device) !== 'blank');
  if (used === undefined) return;
  throw new ImageError('not-blank', `${used} has something on it, and nothing is installed over it.`, {
    remedy: `See what it is: blkid -p ${used}. Write \`os: none\` for a guest that has its system already.`,
  });
}

async function findVolumes({ volumes }: Installation, { run }: ImageRunner): Promise<readonly FoundVolume[]> {
  const storage = await readStorage({ run });
  const found = volumes.map((wanted): FoundVolume => {
    const { device, vg, owner, volumeUuid } = wanted;
    const own = storage.volumes.filter(
      (each) => each.vg === vg && !each.internal && markOf(each.tags)?.tag === ownerTag(owner),
    );
    const [volume] = own;
    if (volume === undefined || own.length > 1) throw changed(device);
    if (volumeUuid !== undefined && volume.uuid !== volumeUuid) throw changed(device);
    if (volume.open) {
      throw new ImageError('in-use', `Something has ${device} open.`, { remedy: 'Stop its guest, and apply again.' });
    }
    return { wanted, found: volume };
  });
  await assertDevices(found, run);
  return found;
}

/** A path may have become another volume's. @throws ImageError `changed-meanwhile` */
async function assertDevices(volumes: readonly FoundVolume[], run: ImageRunner['run']): Promise<void> {
  const paths = volumes.map(({ wanted }) => wanted.device);
  const { stdout } = await run(['stat', '-L', '--format=%Hr:%Lr', '--', ...paths]);
  const numbers = stdout.split('\n');
  for (const [index, { wanted, found }] of volumes.entries())
    if (found.device !== undefined && numbers[index] !== found.device) throw changed(wanted.device);
}

const changed = (device: string): ImageError =>
  new ImageError('changed-meanwhile', `${device} is not the volume that this was planned for.`, {
    remedy: 'See what else works with these volumes, and apply again.',
  });
