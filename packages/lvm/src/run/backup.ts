import { LvmError, volumePath } from '../index.ts';
import type { CopyOptions } from './copy.ts';
import { findOwner, findVolume, type VolumeName } from './find.ts';
import type { ProgramResult } from './program.ts';
import { readStorage } from './read-storage.ts';
import { removeTemporary, temporarySnapshot } from './temporary-snapshot.ts';
import { beginVolume, clearUnfinished, finishVolume, type NewVolume } from './unfinished.ts';

/**
 * Writes what a volume holds at this moment, which may be in use, to a file on the same machine: compressed by zstd(1), with
 * the volume's size and a checksum of its own inside, and beside it `<file>.sha256`, which sha256sum(1) reads. The file bears
 * its name once it is whole.
 *
 * @throws LvmError `name-taken` when the file is there; `foreign-volume`, `vg-full`, `failed`
 */
export async function backUpVolume(source: VolumeName, file: string, options: CopyOptions): Promise<void> {
  const { vg } = source;
  const volume = findVolume(await readStorage(options), source);
  findOwner(volume);
  if ((await options.run(['test', '-e', file])).exitCode === 0)
    throw new LvmError('name-taken', `There is a file ${file} already.`, { remedy: 'Choose another name.' });
  const snapshot = await temporarySnapshot(source, options);
  try {
    const words = [volumePath(vg, snapshot), file, String(volume.bytes)];
    must(
      await options.run(['bash', '--norc', '-c', BACK_UP, 'backup', ...words]),
      `The backup of ${vg}/${source.volume}`,
    );
  } finally {
    await removeTemporary({ vg, volume: snapshot }, options);
  }
  options.onProgress?.({ copiedBytes: volume.bytes, bytes: volume.bytes });
}

/**
 * Makes a volume of a backup. Nothing is begun when the file is not as it was written; until the volume is whole it says that
 * it is not. It lies linear; where a thin one is wanted, clone it.
 *
 * @throws LvmError `failed` when the file is damaged; `name-taken`, `vg-full`
 */
export async function restoreVolume(
  file: string,
  wanted: Omit<NewVolume, 'bytes'>,
  options: CopyOptions,
): Promise<void> {
  const what = `Restoring ${file}`;
  const checked = must(await options.run(['bash', '--norc', '-c', CHECK, 'restore', file]), what);
  const bytes = Number(checked.stdout.trim());
  if (!(Number.isSafeInteger(bytes) && bytes > 0))
    throw new LvmError('failed', `${file} does not say how large the volume was.`, {
      remedy: 'Use a file of this backup.',
    });
  const volume = { ...wanted, bytes };
  await beginVolume(volume, options);
  try {
    const words = [file, volumePath(wanted.vg, wanted.volume), String(bytes)];
    must(await options.run(['bash', '--norc', '-c', RESTORE, 'restore', ...words]), what);
  } catch (error) {
    await clearUnfinished(volume, wanted.owner, options);
    throw error;
  }
  options.onProgress?.({ copiedBytes: bytes, bytes });
  await finishVolume(volume, options);
}

function must(result: ProgramResult, what: string): ProgramResult {
  if (result.exitCode === 0) return result;
  const said = result.stderr.split('\n').filter((line) => line !== '');
  throw new LvmError('failed', `${what} failed: ${said.at(-1) ?? `exit status ${result.exitCode}`}.`, {
    remedy: 'See what it says, and run it again.',
    said,
  });
}

/** Flushed before they bear their names: a power cut leaves `.partial` files, which the next run writes anew. */
const BACK_UP = `
set -euo pipefail
umask 077
dd if="$1" bs=4M iflag=fullblock status=none |
  zstd -q -c -T0 --check --stream-size="$3" | tee -- "$2.partial" | sha256sum >"$2.sha256.partial"
sum=$(cut -d' ' -f1 <"$2.sha256.partial")
printf '%s  %s\\n' "$sum" "$(basename -- "$2")" >"$2.sha256.partial"
sync -- "$2.partial" "$2.sha256.partial"
mv -- "$2.sha256.partial" "$2.sha256"
mv -- "$2.partial" "$2"
sync -- "$(dirname -- "$2")"
`;

/** Prints the volume's size. A file without its checksum beside it has still zstd's own inside. */
const CHECK = `
set -euo pipefail
[ -r "$1" ] || { echo "it cannot be read" >&2; exit 1; }
if [ -e "$1.sha256" ]; then
  [ "$(cut -d' ' -f1 <"$1.sha256")" = "$(sha256sum <"$1" | cut -d' ' -f1)" ] || { echo "it is damaged (sha256)" >&2; exit 1; }
else
  zstd -q -t -- "$1" >&2
fi
zstd -lv -- "$1" 2>&1 | sed -nE 's/^Decompressed Size: .*\\(([0-9]+) B\\).*/\\1/p'
`;

/** Reads it back, past the cache. */
const RESTORE = `
set -euo pipefail
zstd -q -dc -- "$1" | dd of="$2" bs=4M iflag=fullblock conv=notrunc,fdatasync status=none
blockdev --flushbufs "$2"
zstd -q -dc -- "$1" | cmp --bytes="$3" - "$2"
`;
