import { accessSync, constants } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { systemPath } from '@kvm/command';
import { LabError } from './errors.ts';

/** Each program the lab runs, and the Debian packages that bring it. */
const programs = {
  'qemu-system-x86_64': 'qemu-system-x86',
  libvirtd: 'libvirt-daemon libvirt-daemon-driver-qemu',
  ip: 'iproute2',
  nsenter: 'util-linux',
  perl: 'perl-base',
  script: 'bsdutils',
  losetup: 'mount',
  sysctl: 'procps',
  'mkfs.ext4': 'e2fsprogs',
  depmod: 'kmod',
  cpio: 'cpio',
  tcpdump: 'tcpdump',
  nft: 'nftables',
  iptables: 'iptables',
  ipset: 'ipset',
} as const;

/** Debian packages that the lab needs and this machine lacks. */
export function missingPackages(): string[] {
  const folders = systemPath.split(':');
  const isThere = (program: string): boolean =>
    folders.some((folder) => {
      try {
        accessSync(`${folder}/${program}`, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
  return Object.entries(programs).flatMap(([program, debianPackages]) => (isThere(program) ? [] : [debianPackages]));
}

/** @throws LabError `not-root`, `missing-program` when this user or this machine cannot play a lab. */
export function checkMachine(): void {
  if (process.getuid?.() !== 0) {
    throw new LabError('not-root', 'the lab makes network namespaces and block devices, which only root may: use sudo');
  }
  const missing = missingPackages();
  if (missing.length > 0) {
    const command = `apt-get install --no-install-recommends ${missing.join(' ')}`;
    throw new LabError('missing-program', `the lab needs programs that are not here: ${command}`);
  }
}

/** Memory that can be taken without swapping, in KiB. */
export async function availableMemory(): Promise<number> {
  const text = await readFile('/proc/meminfo', 'utf8');
  return Number(/^MemAvailable:\s+(\d+) kB/m.exec(text)?.[1] ?? 0);
}
