import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from './errors.ts';
import { execa } from './execa.ts';
import { buildInitrd, type Initrd } from './initrd.ts';

/** What tiny guests and whole hosts start from; paths on this machine. */
export interface GuestKernel {
  /** `6.1.0-56-cloud-amd64` */
  readonly release: string;
  readonly kernel: string;
  readonly initrd: string;
  /** The initramfs of a whole host in a virtual machine. */
  readonly vmInitrd: string;
  /** All modules of the kernel: a folder that belongs to `/lib/modules/<release>`. */
  readonly modules: string;
  /** A static busybox, the guests' whole userland. */
  readonly busybox: string;
}

/** What the lab keeps between runs: nothing but what Debian's mirror has, too. */
export const cacheFolder = '/var/cache/kvm-lab';

/** Loads what the kernel needs to see its disks and network, then hands over to the root that `root=` names. */
const guestInitrd: Initrd = {
  modules: ['virtio_pci', 'virtio_blk', 'virtio_net', 'virtio_console', 'virtio_balloon', 'ext4', 'evdev', 'button'],
  init: `#!/bin/sh
mount -t devtmpfs dev /dev
mount -t proc proc /proc
for module in /modules/*; do insmod "$module"; done
for word in $(cat /proc/cmdline); do
  case $word in root=*) root=$(findfs "\${word#root=}" 2>/dev/null || echo "\${word#root=}") ;; esac
done
mount -t ext4 "\${root:-/dev/vda}" /root
mount --move /dev /root/dev
umount /proc
exec switch_root /root /sbin/init
`,
};

/** Hands over to the files of the machine below, shared read-only by virtiofs, under an overlay in memory. */
const vmInitrd: Initrd = {
  modules: ['virtio_pci', 'virtiofs', 'overlay', 'virtio_console', 'virtio_blk', 'virtio_net'],
  init: `#!/bin/sh
mount -t devtmpfs dev /dev
for module in /modules/*; do insmod "$module"; done
mkdir /below /memory
mount -t virtiofs -o ro root /below
mount -t tmpfs -o mode=0755 memory /memory
mkdir /memory/upper /memory/work
mount -t overlay -o lowerdir=/below,upperdir=/memory/upper,workdir=/memory/work root /root
mount --move /dev /root/dev
exec switch_root /root /run/kvm-vm/init
`,
};

/**
 * Debian's cloud kernel and busybox, unpacked into the cache, never installed: the machine's own boot loader, initramfs
 * and kernel list are not the lab's business.
 *
 * @param report told what is being done when it takes a while.
 * @throws LabError `no-kernel`
 */
export async function guestKernel(report: (message: string) => void): Promise<GuestKernel> {
  if (process.arch !== 'x64')
    throw new LabError('no-kernel', `the lab has guests for x86-64 only, this is ${process.arch}`);
  const cached = await findCached();
  if (cached) return cached;
  report('fetches a kernel and busybox for the guests from Debian (27 MB, once)');
  await mkdir(cacheFolder, { recursive: true });
  const work = await mkdtemp(join(cacheFolder, 'new-'));
  try {
    await download(work);
    const release = await arrange(work);
    const fasterOne = await findCached();
    if (!fasterOne) {
      await rm(join(cacheFolder, release), { recursive: true, force: true }); // an older release of this package left it
      await rename(work, join(cacheFolder, release));
    }
  } catch (error) {
    throw new LabError('no-kernel', `no kernel for the guests: ${(error as Error).message}`, { cause: error });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  const built = await findCached();
  if (!built) throw new LabError('no-kernel', `the kernel just unpacked into ${cacheFolder} is not there`);
  return built;
}

async function findCached(): Promise<GuestKernel | undefined> {
  if (!existsSync(cacheFolder)) return undefined;
  const releases = (await readdir(cacheFolder)).filter(
    (name) => !name.startsWith('new-') && existsSync(join(cacheFolder, name, 'guest-initrd.img')),
  );
  const release = releases.sort().at(-1);
  if (release === undefined) return undefined;
  const folder = join(cacheFolder, release);
  // The lab's root, who is nobody here, reads them. Before, only root could.
  if (((await stat(folder)).mode & 0o001) === 0) await execa('chmod', ['-R', 'a+rX', folder]);
  return {
    release,
    kernel: join(folder, 'vmlinuz'),
    initrd: join(folder, 'guest-initrd.img'),
    vmInitrd: join(folder, 'vm-initrd.img'),
    modules: join(folder, 'modules'),
    busybox: join(folder, 'busybox'),
  };
}

async function download(folder: string): Promise<void> {
  const dependency = async (): Promise<string | undefined> => {
    const { stdout } = await execa('apt-cache', ['depends', 'linux-image-cloud-amd64'], { reject: false });
    return /Depends: (linux-image-\S+)/.exec(stdout)?.[1];
  };
  let image = await dependency();
  if (image === undefined) {
    await execa('apt-get', ['-q', 'update']);
    image = await dependency();
  }
  if (image === undefined) throw new Error('apt knows no package linux-image-cloud-amd64 (this works on Debian only)');
  // As root, because apt's own user may not write here.
  await execa('apt-get', ['-q', '-o', 'APT::Sandbox::User=root', 'download', image, 'busybox-static'], { cwd: folder });
  for (const name of await readdir(folder)) {
    await execa('dpkg-deb', ['-x', name, 'unpacked'], { cwd: folder });
    await rm(join(folder, name));
  }
}

/** @returns the kernel's release. */
async function arrange(folder: string): Promise<string> {
  const unpacked = join(folder, 'unpacked');
  const image = (await readdir(join(unpacked, 'boot'))).find((name) => name.startsWith('vmlinuz-'));
  if (!image) throw new Error('the kernel package holds no /boot/vmlinuz');
  const release = image.slice('vmlinuz-'.length);
  const base = existsSync(join(unpacked, 'usr/lib/modules')) ? join(unpacked, 'usr') : unpacked;
  await execa('depmod', ['-b', base, release]);
  const busybox = [join(unpacked, 'bin/busybox'), join(unpacked, 'usr/bin/busybox')].find(existsSync);
  if (!busybox) throw new Error('the package busybox-static holds no busybox');

  const parts = { busybox, base, release };
  await buildInitrd(guestInitrd, parts, join(folder, 'guest-initrd.img'));
  await buildInitrd(vmInitrd, parts, join(folder, 'vm-initrd.img'));
  await rename(join(unpacked, 'boot', image), join(folder, 'vmlinuz'));
  await rename(join(base, 'lib/modules', release), join(folder, 'modules'));
  await rename(busybox, join(folder, 'busybox'));
  await rm(unpacked, { recursive: true });
  return release;
}
