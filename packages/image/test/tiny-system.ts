import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

export const sh = (script: string, ...words: string[]): string =>
  execFileSync('bash', ['--norc', '-euo', 'pipefail', '-c', script, 'sh', ...words], { encoding: 'utf8' }).trim();

/** Makes a tarball of the smallest root file system, with what a golden image has beside plain files. @returns its path */
export function makeTinySystem(folder: string): string {
  const tarball = join(folder, 'tiny.tar.zst');
  sh(
    `mkdir -p "$1/tiny" && cd "$1/tiny"
    mkdir -p usr/sbin usr/bin etc/ssh var/lib/dhcp root dev tmp && ln -s usr/sbin sbin
    printf '#!/bin/sh\\n' >usr/sbin/init && printf su >usr/bin/su && chmod 4755 usr/bin/su && ln usr/bin/su usr/bin/su-again
    printf old >etc/ssh/ssh_host_rsa_key && printf old >etc/hostname && ln -s ../run/resolv.conf etc/resolv.conf
    printf lease >var/lib/dhcp/eth0.leases && mknod dev/console c 5 1 && chmod 1777 tmp && mkfifo tmp/fifo
    setfattr -n user.note -v here usr/bin/su 2>/dev/null || :
    head -c 3000000 /dev/urandom >var/lib/data
    tar --xattrs -C . -c . | zstd -q -f -o "$2"`,
    folder,
    tarball,
  );
  return tarball;
}

/** Everything below a mounted root, as a list to compare: kinds, modes, owners, links and contents; host keys, which are new each time, by name only. */
export const readSystem = (root: string, varDevice: string): string =>
  sh(
    `unshare --mount bash -euo pipefail -c '
      mount -t ext4 -o ro "$1" /mnt && mount -t ext4 -o ro "$2" /mnt/var && cd /mnt
      find . -path ./lost+found -prune -o -path ./var/lost+found -prune -o -printf "%y %m %U:%G %p %l\\n" | sort
      find . -type f ! -name "ssh_host_*" -print0 | sort -z | xargs -0 sha256sum' sh "$1" "$2"`,
    root,
    varDevice,
  );
