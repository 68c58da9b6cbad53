import type { ProgramResult } from '@kvm/command';
import { LvmError, volumePath } from '../index.ts';
import { ZSTD_HEAD_BYTES, zstdContentBytes } from '../zstd-head.ts';
import type { StreamOptions } from './backup.ts';
import type { CopyOptions } from './copy.ts';
import { mustSucceed } from './must-succeed.ts';
import { beginVolume, clearUnfinished, finishVolume, type NewVolume } from './unfinished.ts';

/**
 * Makes a volume of a backup. Nothing is begun when the file is not as it was written; until the volume is whole it says that
 * it is not. A backup does not say how the volume was laid out: `wanted.layout` does.
 *
 * @throws LvmError `failed` when the file is damaged; `name-taken`, `vg-full`
 */
export async function restoreVolume(
  file: string,
  wanted: Omit<NewVolume, 'bytes'>,
  options: CopyOptions,
): Promise<void> {
  const checked = mustSucceed(await options.run(['bash', '--norc', '-c', CHECK, 'restore', file]), `Restoring ${file}`);
  const bytes = sizeIn(Buffer.from(checked.stdout, 'base64'), file);
  const read = (words: readonly string[]): Promise<ProgramResult> =>
    options.run(['bash', '--norc', '-c', RESTORE, 'restore', ...words, file]);
  await fill({ ...wanted, bytes }, { what: `Restoring ${file}`, read }, options);
}

/**
 * Makes a volume of a backup that comes as a stream, as {@link restoreVolume} does of a file: what is damaged is seen at its
 * end, and the volume removed again.
 *
 * @throws LvmError `failed` when it is damaged or breaks off; `name-taken`, `vg-full`
 */
export async function restoreFromStream(
  input: AsyncIterable<Uint8Array>,
  wanted: Omit<NewVolume, 'bytes'>,
  options: StreamOptions,
): Promise<void> {
  const { head, whole } = await peek(input, ZSTD_HEAD_BYTES);
  const bytes = sizeIn(head, 'The stream');
  const read = (words: readonly string[]): Promise<ProgramResult> =>
    options.stream(['bash', '--norc', '-c', RESTORE, 'restore', ...words], { input: whole });
  await fill({ ...wanted, bytes }, { what: 'Restoring', read }, options);
}

interface Source {
  readonly what: string;
  /** Runs {@link RESTORE}. */
  readonly read: (words: readonly string[]) => Promise<ProgramResult>;
}

async function fill(volume: NewVolume, { what, read }: Source, options: CopyOptions): Promise<void> {
  const { vg, owner, bytes } = volume;
  await beginVolume(volume, options);
  try {
    mustSucceed(await read([volumePath(vg, volume.volume), String(bytes)]), what);
  } catch (error) {
    await clearUnfinished(volume, owner, options);
    throw error;
  }
  options.onProgress?.({ copiedBytes: bytes, bytes });
  await finishVolume(volume, options);
}

/** @throws LvmError `failed` */
function sizeIn(head: Uint8Array, what: string): number {
  const bytes = zstdContentBytes(head);
  if (bytes !== undefined && Number.isSafeInteger(bytes) && bytes > 0) return bytes;
  throw new LvmError('failed', `${what} does not say how large the volume was.`, {
    remedy: 'Use one that was written by a backup.',
  });
}

/** The first bytes of a stream, and all of it; fewer when it has no more. */
async function peek(
  input: AsyncIterable<Uint8Array>,
  bytes: number,
): Promise<{ head: Uint8Array; whole: AsyncIterable<Uint8Array> }> {
  const pieces = input[Symbol.asyncIterator]();
  let head: Uint8Array = Buffer.alloc(0);
  while (head.byteLength < bytes) {
    const piece = await pieces.next();
    if (piece.done) break;
    head = Buffer.concat([head, piece.value]);
  }
  async function* whole(): AsyncGenerator<Uint8Array> {
    yield head;
    for (let piece = await pieces.next(); !piece.done; piece = await pieces.next()) yield piece.value;
  }
  return { head, whole: whole() };
}

/** Prints the file's head. A file without its checksum beside it has still zstd's own inside. */
const CHECK = `
set -euo pipefail
[ -r "$1" ] || { echo "it cannot be read" >&2; exit 1; }
if [ -e "$1.sha256" ]; then
  [ "$(cut -d' ' -f1 <"$1.sha256")" = "$(sha256sum <"$1" | cut -d' ' -f1)" ] || { echo "it is damaged (sha256)" >&2; exit 1; }
else
  zstd -q -t -- "$1" >&2
fi
head -c ${ZSTD_HEAD_BYTES} -- "$1" | base64
`;

/** Unpacks a file, or what comes in, to a device, which is then read back, past the cache. */
const RESTORE = `
set -euo pipefail
[ -b "$1" ] || { echo "its device $1 is not there" >&2; exit 1; }
[ $# -lt 3 ] || exec <"$3"
sum=$(zstd -q -dc | tee -- "$1" | sha256sum)
sync -- "$1"
blockdev --flushbufs "$1"
[ "$(head -c "$2" -- "$1" | sha256sum)" = "$sum" ] || { echo "the volume does not hold what was written to it" >&2; exit 1; }
`;
