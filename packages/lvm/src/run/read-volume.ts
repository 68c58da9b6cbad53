import { type LogicalVolume, LvmError, type LvmErrorCode, volumePath } from '../index.ts';
import { findVolume, type VolumeName } from './find.ts';
import { lvm } from './lvm.ts';
import { readStorage } from './read-storage.ts';
import { type ReadOptions, readFromSnapshot } from './temporary-snapshot.ts';

/** What the data of a volume is read from. */
export interface ReadableDevice {
  readonly path: string;
  /** Of the volume itself, its block device number, `253:4`: what is read is worth nothing when somebody writes to it meanwhile. */
  readonly number?: string;
}

/** Why a group takes no snapshot of a volume that is well. */
const reasons: Partial<Record<LvmErrorCode, string>> = {
  'pv-missing': 'a disk of its group is missing',
  'thin-pool-full': 'its thin pool is full',
  'vg-full': 'its group is full',
  'bad-layout': 'its cache is a volume',
};

/**
 * Lets a volume be read as {@link readFromSnapshot} does. Where no snapshot can be taken, because a disk is missing, there is no
 * room or its cache is a volume, a volume that nobody has open is read itself: its backup is wanted then more than ever.
 *
 * @throws LvmError as there; `pv-missing`, `thin-pool-full`, `vg-full`, `bad-layout` while somebody has the volume open; what `read` throws
 */
export async function readVolume(
  source: VolumeName,
  read: (device: ReadableDevice) => Promise<void>,
  options: ReadOptions,
): Promise<void> {
  let begun = false;
  const readSnapshot = (path: string): Promise<void> => {
    begun = true;
    return read({ path });
  };
  try {
    await readFromSnapshot(source, readSnapshot, options);
  } catch (error) {
    const reason = error instanceof LvmError && !begun ? reasons[error.code] : undefined;
    if (!(error instanceof LvmError) || reason === undefined) throw error;
    await readItself(source, read, { ...options, error, reason });
  }
}

interface NoSnapshot {
  readonly error: LvmError;
  readonly reason: string;
}

async function readItself(
  source: VolumeName,
  read: (device: ReadableDevice) => Promise<void>,
  { error, reason, ...options }: ReadOptions & NoSnapshot,
): Promise<void> {
  const found = findVolume(await readStorage(options), source);
  if (found.health === 'partial') throw error;
  const { vg, name } = found;
  if (found.open) {
    throw new LvmError(error.code, `${vg}/${name} is in use, and no snapshot of it can be taken: ${reason}.`, {
      remedy: 'Stop its guest: then it is read without a snapshot.',
      said: error.said,
      cause: error,
    });
  }
  options.report?.(`reading ${vg}/${name} itself: no snapshot of it can be taken, since ${reason}`);
  if (!found.active) await activate(found, 'y', options);
  try {
    const { device: number } = findVolume(await readStorage(options), source);
    if (number === undefined) throw error;
    await read({ path: volumePath(vg, name), number });
  } finally {
    if (!found.active) await activate(found, 'n', options);
  }
}

async function activate({ vg, uuid }: LogicalVolume, state: 'y' | 'n', options: ReadOptions): Promise<void> {
  await lvm(options, ['lvchange', '--activate', state, '--select', `lv_uuid="${uuid}"`, vg]);
}
