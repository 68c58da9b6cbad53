import type { StreamProgram } from '@kvm/command';
import { copyingTag, LvmError, markOf, type Storage, volumePath } from '../index.ts';
import { isOverflowed, isThin } from '../plan/dependants.ts';
import { beginCopy, deadCopies } from './copy-lock.ts';
import { findOwner, findVolume, refuseCached, refuseMoving, type VolumeName } from './find.ts';
import { type LvmRunner, lvm } from './lvm.ts';
import { readStorage } from './read-storage.ts';
import { removeVolume } from './remove.ts';

/** How a volume is read while it is used. */
export interface ReadOptions extends LvmRunner {
  /** On the same machine as `run`. */
  readonly stream: StreamProgram;
}

/**
 * Lets a volume that may be in use be read as it is at this moment, from a snapshot that goes afterwards. Each reader has one
 * of its own; those of readers that were killed are removed by the next one.
 *
 * @param read is given the snapshot's device
 * @throws LvmError `snapshot-full` when more has been written meanwhile than there was room for; what `read` throws
 */
export async function readFromSnapshot(
  source: VolumeName,
  read: (device: string) => Promise<void>,
  options: ReadOptions,
): Promise<void> {
  const { vg } = source;
  await using copy = await beginCopy(options.stream);
  const taken = await takeTemporary(source, copy.id, options);
  try {
    await read(volumePath(vg, taken.volume));
  } catch (error) {
    const { volumes } = await readStorage(options);
    const full = volumes.some(({ uuid, ...each }) => uuid === taken.uuid && isOverflowed({ uuid, ...each }));
    throw full ? overflowed({ vg, volume: taken.volume }, error) : error;
  } finally {
    await removeVolume({ vg, ...taken }, options);
  }
}

interface Temporary {
  readonly volume: string;
  readonly uuid: string;
  readonly tag: string;
}

async function takeTemporary(source: VolumeName, id: string, runner: LvmRunner): Promise<Temporary> {
  const { vg, volume } = source;
  const owner = findOwner(findVolume(await readStorage(runner), source));
  await removeDead({ vg, owner }, runner);
  const storage = await readStorage(runner);
  const origin = findVolume(storage, source);
  refuseMoving(storage, origin);
  refuseCached(origin);
  const { extentBytes = 1, freeExtents = 0 } = storage.groups.find((group) => group.name === vg) ?? {};
  if (!isThin(origin) && freeExtents === 0) {
    throw new LvmError('vg-full', `${vg} has no room for a snapshot of ${vg}/${volume}, from which it is read.`, {
      remedy: 'Add a disk (vgextend), or free some space.',
    });
  }
  // As much as there is, up to the volume itself: while it is copied, the guest goes on writing.
  const bytes = Math.min(origin.bytes, freeExtents * extentBytes);
  const size = isThin(origin) ? ['--setactivationskip', 'n'] : ['--size', `${bytes}b`];
  const [name, tag] = [`${volume}.copying-${id.slice(0, 8)}`, copyingTag(owner, id)];
  const words = ['--snapshot', '--name', name, '--permission', 'r', '--addtag', tag];
  await lvm(runner, ['lvcreate', ...words, ...size, `${vg}/${volume}`]);
  const made = (await readStorage(runner)).volumes.find(({ tags }) => tags.includes(tag));
  if (made === undefined || made.origin !== volume) {
    throw new LvmError('changed-meanwhile', `The snapshot of ${vg}/${volume} is not there any more.`, {
      remedy: 'See what else works with these volumes, and run it again.',
    });
  }
  return { volume: made.name, uuid: made.uuid, tag };
}

/** What copies of a disk have left that were killed. */
async function removeDead({ vg, owner }: { vg: string; owner: string }, runner: LvmRunner): Promise<void> {
  const left = copiesOf(await readStorage(runner), vg, owner);
  const dead = await deadCopies(
    left.map(({ id }) => id),
    runner.run,
  );
  for (const { uuid, tag, id, open } of left) {
    // A program that the killed one has started may read from it still.
    if (dead.includes(id) && !open) await removeVolume({ vg, uuid, tag }, runner);
  }
}

const copiesOf = ({ volumes }: Storage, vg: string, owner: string) =>
  volumes.flatMap((volume) => {
    const mark = markOf(volume.tags);
    if (volume.vg !== vg || mark?.kind !== 'copying' || mark.owner !== owner) return [];
    return [{ uuid: volume.uuid, open: volume.open, tag: mark.tag, id: mark.name ?? '' }];
  });

const overflowed = ({ vg, volume }: VolumeName, cause: unknown): LvmError =>
  new LvmError('snapshot-full', `The snapshot ${vg}/${volume} is lost: more has changed since than it had room for.`, {
    remedy: 'Free some space in the group, or copy while less is written.',
    cause,
  });
