import type { ProgramOutput } from '@kvm/command';
import { LvmError } from '../index.ts';
import type { CopyOptions } from './copy.ts';
import { findOwner, findVolume, type VolumeName } from './find.ts';
import { mustSucceed } from './must-succeed.ts';
import { readStorage } from './read-storage.ts';
import { type ReadOptions, readFromSnapshot } from './temporary-snapshot.ts';

export interface StreamOptions extends CopyOptions, ReadOptions {}

/**
 * Writes what a volume holds at this moment, which may be in use, to a file on the same machine: compressed by zstd(1), with
 * the volume's size and a checksum of its own inside, and beside it `<file>.sha256`, which sha256sum(1) reads. The file bears
 * its name once it is whole.
 *
 * @throws LvmError `name-taken` when the file is there; `foreign-volume`, `vg-full`, `snapshot-full`, `failed`
 */
export async function backUpVolume(source: VolumeName, file: string, options: StreamOptions): Promise<void> {
  const bytes = await sizeOf(source, options);
  if ((await options.run(['test', '-e', file, '-o', '-L', file])).exitCode === 0)
    throw new LvmError('name-taken', `There is a file ${file} already.`, { remedy: 'Choose another name.' });
  const backUp = async (device: string): Promise<void> => {
    const words = [device, String(bytes), file];
    mustSucceed(await options.run(['bash', '--norc', '-c', TO_FILE, 'backup', ...words]), backupOf(source));
  };
  await readFromSnapshot(source, backUp, options);
  options.onProgress?.({ copiedBytes: bytes, bytes });
}

/**
 * Writes to a stream what {@link backUpVolume} writes to a file. Whoever reads it must see to it that it is whole: zstd(1) does.
 *
 * @throws LvmError as there; `failed` when nobody reads the stream any more
 */
export async function streamBackup(source: VolumeName, output: ProgramOutput, options: StreamOptions): Promise<void> {
  const bytes = await sizeOf(source, options);
  const backUp = async (device: string): Promise<void> => {
    const command = ['bash', '--norc', '-c', TO_STREAM, 'backup', device, String(bytes)] as const;
    mustSucceed(await options.stream(command, { output }), backupOf(source));
  };
  await readFromSnapshot(source, backUp, options);
  options.onProgress?.({ copiedBytes: bytes, bytes });
}

const backupOf = ({ vg, volume }: VolumeName): string => `The backup of ${vg}/${volume}`;

async function sizeOf(source: VolumeName, options: CopyOptions): Promise<number> {
  const volume = findVolume(await readStorage(options), source);
  findOwner(volume);
  return volume.bytes;
}

const COMPRESS = 'dd if="$1" bs=4M iflag=fullblock status=none | zstd -q -c -T0 --check --stream-size="$2"';

const TO_STREAM = `set -euo pipefail
${COMPRESS}`;

/**
 * Flushed before they bear their names: a power cut leaves `.partial` files, which the next run writes anew. They are made with
 * O_EXCL (noclobber), so that a link that somebody else has put there leads nowhere.
 */
export const TO_FILE = `
set -euo pipefail
umask 077
rm -f -- "$3.partial" "$3.sha256.partial"
set -o noclobber
exec 3>"$3.partial"
sum=$(${COMPRESS} | tee /dev/fd/3 | sha256sum | cut -d' ' -f1)
printf '%s  %s\\n' "$sum" "$(basename -- "$3")" >"$3.sha256.partial"
sync -- "$3.partial" "$3.sha256.partial"
mv -T -- "$3.sha256.partial" "$3.sha256"
mv -T -- "$3.partial" "$3"
sync -- "$(dirname -- "$3")"
`;
