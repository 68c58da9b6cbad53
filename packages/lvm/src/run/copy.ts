import { LvmError } from '../index.ts';
import type { LvmRunner } from './lvm.ts';
import { mustSucceed } from './must-succeed.ts';

export interface CopyOptions extends LvmRunner {
  readonly onProgress?: (progress: { readonly copiedBytes: number; readonly bytes: number }) => void;
  /** Ends it: what was begun is removed. */
  readonly signal?: AbortSignal;
}

const PIECE = 256 * 2 ** 20;
const BLOCK = 4 * 2 ** 20;

/**
 * Copies a block device to another, piece by piece, and reads each piece back, past the cache.
 *
 * @throws LvmError `failed` when a disk fails or returns something else; `aborted`
 */
export async function copyDevice(from: string, to: string, bytes: number, options: CopyOptions): Promise<void> {
  for (let copied = 0; copied < bytes; copied += PIECE) {
    if (options.signal?.aborted) {
      throw new LvmError('aborted', `The copy of ${from} was aborted.`, { remedy: 'Run it again when you like.' });
    }
    const length = String(Math.min(PIECE, bytes - copied));
    const command = ['sh', '-ec', SCRIPT, 'copy', from, to, String(copied), length] as const;
    mustSucceed(await options.run(command), `Copying ${from} to ${to}`);
    options.onProgress?.({ copiedBytes: Math.min(copied + PIECE, bytes), bytes });
  }
}

const SCRIPT = `
flags=skip_bytes,count_bytes,fullblock
dd if="$1" of="$2" bs=${BLOCK} skip="$3" count="$4" seek="$3" iflag=$flags oflag=seek_bytes conv=notrunc,fdatasync status=none
blockdev --flushbufs "$2"
cmp --ignore-initial="$3" --bytes="$4" -- "$1" "$2"
`;
