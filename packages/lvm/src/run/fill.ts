import { LvmError } from '../index.ts';
import type { LvmRunner } from './lvm.ts';

/** What a new volume is filled from. */
interface Filling {
  /** A path on the host. */
  readonly from: string;
  /** The volume's device. */
  readonly device: string;
}

/** Ends with 2 for what cannot be a disk's content, before anything is written. */
const checkScript = `
[ -f "$1" ] && [ -r "$1" ] || { echo 'there is no such file that can be read'; exit 2; }
case $1 in *.tar | *.tar.* | *.tgz) exit 0 ;; esac
[ "$(head -c 4 "$1" | od -An -tx1 | tr -d ' ')" != 514649fb ] || { echo 'it is in QCOW2, and not a raw image'; exit 2; }
[ "$(stat -Lc %s "$1")" -le "$2" ] || { echo "it has $(stat -Lc %s "$1") bytes, and the volume $2"; exit 2; }
`;

/** The mount is this process's own, and goes with it. */
const fillScript = `
set -eu
case $1 in
*.tar | *.tar.* | *.tgz)
  mkfs.ext4 -q -F "$2"
  exec unshare --mount sh -euc '
    mount -t ext4 "$2" /mnt
    tar -xf "$1" -C /mnt --numeric-owner --xattrs --acls
    umount /mnt' fill "$1" "$2" ;;
*) exec dd if="$1" of="$2" bs=4M conv=fsync status=none ;;
esac
`;

/**
 * Tells whether a volume can be filled from a file: a raw image, or a tarball of a whole file system.
 *
 * @throws LvmError `bad-image`
 */
export async function checkFilling(from: string, bytes: number, { run }: LvmRunner): Promise<void> {
  const { exitCode, stdout, stderr } = await run(['sh', '-c', checkScript, 'check', from, String(bytes)]);
  if (exitCode !== 0) throw badImage(from, stdout.trim() || stderr.trim());
}

/**
 * Writes an image into a volume, or a tarball into a new ext4 file system there.
 *
 * @throws LvmError `bad-image`
 */
export async function fillVolume({ from, device }: Filling, { run, report }: LvmRunner): Promise<void> {
  report?.(`filling ${device} from ${from}`);
  const { exitCode, stderr } = await run(['sh', '-c', fillScript, 'fill', from, device]);
  if (exitCode !== 0) throw badImage(from, stderr.trim());
}

function badImage(from: string, said: string): LvmError {
  const why = said.split('\n')[0] ?? '';
  const remedy =
    'Name a raw image (qemu-img convert -O raw) that is no larger than the disk, or a tarball (.tar, .tar.zst).';
  return new LvmError('bad-image', `No disk can be filled from ${from}: ${why}.`, { remedy, said: said.split('\n') });
}
