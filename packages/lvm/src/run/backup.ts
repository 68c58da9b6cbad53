import type { ProgramOutput } from '@kvm/command';
import { LvmError } from '../index.ts';
import type { CopyOptions } from './copy.ts';
import { findOwner, findVolume, type VolumeName } from './find.ts';
import { mustSucceed } from './must-succeed.ts';
import { readStorage } from './read-storage.ts';
import { type ReadableDevice, readVolume } from './read-volume.ts';
import type { ReadOptions } from './temporary-snapshot.ts';

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
  const backUp = async (device: ReadableDevice): Promise<void> => {
    const words = [...wordsOf(device, bytes), file];
    mustSucceed(await options.run(['bash', '--norc', '-c', TO_FILE, 'backup', ...words]), backupOf(source));
  };
  await readVolume(source, backUp, options);
  options.onProgress?.({ copiedBytes: bytes, bytes });
}

/**
 * Writes to a stream what {@link backUpVolume} writes to a file. Whoever reads it must see to it that it is whole: zstd(1) does.
 *
 * @throws LvmError as there; `failed` when nobody reads the stream any more
 */
export async function streamBackup(source: VolumeName, output: ProgramOutput, options: StreamOptions): Promise<void> {
  const bytes = await sizeOf(source, options);
  const backUp = async (device: ReadableDevice): Promise<void> => {
    const command = ['bash', '--norc', '-c', TO_STREAM, 'backup', ...wordsOf(device, bytes)] as const;
    mustSucceed(await options.stream(command, { output }), backupOf(source));
  };
  await readVolume(source, backUp, options);
  options.onProgress?.({ copiedBytes: bytes, bytes });
}

/** Arguments of the scripts below. */
const wordsOf = ({ path, number = '' }: ReadableDevice, bytes: number): readonly [string, string, string] => [
  path,
  String(bytes),
  number,
];

const backupOf = ({ vg, volume }: VolumeName): string => `The backup of ${vg}/${volume}`;

async function sizeOf(source: VolumeName, options: CopyOptions): Promise<number> {
  const volume = findVolume(await readStorage(options), source);
  findOwner(volume);
  return volume.bytes;
}

/**
 * What is read from a volume itself, whose number is given, is of no moment when it is written to meanwhile. The kernel counts
 * that (Documentation/admin-guide/iostats.rst): zstd is then given more than the size that it was told, and fails.
 */
const COMPRESS = `
written() { [ -z "$1" ] || { set -- $(cat "/sys/dev/block/$1/stat"); echo "$5 $7 \${12:-}"; }; }
read_device() {
  local before
  before=$(written "$3") && dd if="$1" bs=4M iflag=fullblock status=none || exit 1
  [ "$before" = "$(written "$3")" ] || { printf x; exit 3; }
}
compress() {
  read_device "$@" | zstd -q -c -T0 --check --stream-size="$2" && return
  [ "\${PIPESTATUS[0]}" != 3 ] || echo "$1 was written to while it was read" >&2
  return 1
}`;

const TO_STREAM = `
set -euo pipefail
${COMPRESS}
compress "$@"
`;

/**
 * Flushed before they bear their names: a power cut leaves `.partial` files, which the next run writes anew, unless a run has
 * them locked. They are made with O_EXCL (noclobber), so that a link that somebody else has put there leads nowhere.
 */
export const TO_FILE = `
set -euo pipefail
umask 077
${COMPRESS}
file=$4
busy() { echo "another backup is writing $file" >&2; exit 1; }
if [ -f "$file.partial" ] && [ ! -L "$file.partial" ]; then
  exec 4<"$file.partial"
  flock -n 4 || busy
fi
rm -f -- "$file.partial" "$file.sha256.partial"
set -o noclobber
exec 3>"$file.partial"
flock -n 3 || busy
sum=$(compress "$@" | tee /dev/fd/3 | sha256sum | cut -d' ' -f1)
printf '%s  %s\\n' "$sum" "$(basename -- "$file")" >"$file.sha256.partial"
sync -- "$file.partial" "$file.sha256.partial"
mv -T -- "$file.sha256.partial" "$file.sha256"
mv -T -- "$file.partial" "$file"
sync -- "$(dirname -- "$file")"
`;
