import { type FileSystem, type IdentityFile, packFiles } from '../index.ts';
import { isBlankFunction } from './blank.ts';
import { checkTarball } from './check-tarball.ts';
import { decompressFunction } from './decompress.ts';
import { type ImageRunner, runScript } from './image-runner.ts';

/** A block device that is to hold a file system. */
export interface VolumeToFill extends FileSystem {
  readonly device: string;
  readonly bytes: number;
  /** Whether an attempt that was interrupted may have written to it already: then it need not be blank. */
  readonly isUnfinished: boolean;
}

export interface Filling {
  /** `web`, for the host key's comment. */
  readonly name: string;
  /** The root file system's is the first; no mount point comes twice. */
  readonly volumes: readonly VolumeToFill[];
  /** A tarball of a whole root file system, a path on the host: as it is, or packed by zstd, xz or gzip. */
  readonly tarball: string;
  readonly identity: readonly IdentityFile[];
}

/**
 * Takes the tarball, the guest's name, and four words for each volume; its input is the identity, as tar.
 *
 * What is unpacked is unpacked by a tar that sees of this host its root file system alone, read-only, without devices, and the
 * guest's file systems below `/mnt` of that: whatever links there are, nothing else can be written to. The volumes are locked
 * for as long as any process of this lives, so that a second one cannot begin before the first has ended.
 */
const script = `
set -euo pipefail
umask 022
${isBlankFunction}
${decompressFunction}
tarball=$1 name=$2
shift 2
words=("$@")
for ((i = 0; i < $#; i += 4)); do
  device=\${words[i]}
  exec {lock}<"$device"
  flock -n "$lock" || { echo "$device is being filled by another process" >&2; exit 75; }
  [ "\${words[i + 3]}" = unfinished ] || is_blank "$device" || { echo "$device is not blank" >&2; exit 73; }
done
mount -t tmpfs -o mode=700 kvm-image /mnt
mkdir -p /mnt/host /mnt/made/etc/ssh
mount --bind / /mnt/host
mount -o remount,bind,ro,nosuid,nodev /mnt/host
# Whatever lies below the host's own: its links lead to the files of other processes.
mount -t tmpfs -o ro,mode=555 kvm-image /mnt/host/proc
if mountpoint -q /usr; then
  mount --bind /usr /mnt/host/usr
  mount -o remount,bind,ro,nosuid,nodev /mnt/host/usr
fi
root=/mnt/host/mnt
for ((i = 0; i < $#; i += 4)); do
  device=\${words[i]} place=\${words[i + 1]} uuid=\${words[i + 2]}
  wipefs -q -a "$device"
  if [ "$place" = swap ]; then
    mkswap -q -L swap -U "$uuid" "$device" >/dev/null
    continue
  fi
  label=\${place#/}
  mkfs.ext4 -q -F -L "\${label:-root}" -U "$uuid" "$device"
  [ "$place" = / ] || mkdir -p "$root$place"
  mount -t ext4 -o nosuid,nodev,noexec "$device" "$root$place"
done
put() { chroot /mnt/host tar -C /mnt --numeric-owner -xp "$@" -f -; }
decompress "$tarball" | put --xattrs --xattrs-include='*' --anchored --exclude='./dev/*' --exclude='dev/*'
# An image may have what must be each machine's own.
chroot /mnt/host sh -c 'cd /mnt && rm -f etc/ssh/ssh_host_* var/lib/systemd/random-seed var/lib/dhcp/*.leases etc/udev/rules.d/70-persistent-net.rules'
put
ssh-keygen -q -t ed25519 -N '' -C "root@$name" -f /mnt/made/etc/ssh/ssh_host_ed25519_key
tar -C /mnt/made --owner=0 --group=0 -c etc/ssh | put
cut -d ' ' -f 1,2 /mnt/made/etc/ssh/ssh_host_ed25519_key.pub
umount -R "$root"
for ((i = 0; i < $#; i += 4)); do blockdev --flushbufs "\${words[i]}"; done
`;

/**
 * Makes file systems, unpacks a tarball into them, and writes a guest's identity there. Killed at any moment, it leaves volumes
 * that hold nothing of worth, and nothing mounted.
 *
 * @returns the ssh host key that was made for the guest: `ssh-ed25519 AAAA...`
 * @throws ImageError `not-blank` before anything is written, unless a volume is unfinished; `in-use`, `bad-tarball`, `failed`
 */
export async function fillVolumes(filling: Filling, runner: ImageRunner): Promise<string> {
  const { name, volumes, tarball, identity } = filling;
  const words = volumes.flatMap(({ device, mount, uuid, isUnfinished }) => [
    ...[device, mount, uuid],
    isUnfinished ? 'unfinished' : 'blank',
  ]);
  const input = packFiles(identity);
  const output = await runScript(runner, { text: script, words: [tarball, name, ...words], input, inside: true });
  return output.trim();
}

/** What {@link fillVolumes} must be sure of before a volume is touched, and marked. @throws ImageError `bad-tarball` */
export function checkFilling({ volumes, tarball }: Filling, runner: ImageRunner): Promise<void> {
  const bytes = volumes.reduce((total, { mount, bytes: own }) => total + (mount === 'swap' ? 0 : own), 0);
  return checkTarball(tarball, bytes, runner);
}
