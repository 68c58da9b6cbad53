import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { LabError } from './errors.ts';

/** What tiny guests start from; paths on this machine. */
export interface GuestKernel {
  /** `6.1.0-56-cloud-amd64` */
  readonly release: string;
  readonly kernel: string;
  readonly initrd: string;
  /** A static busybox, the guests' whole userland. */
  readonly busybox: string;
}

/** What the lab keeps between runs: nothing but what Debian's mirror has, too. */
export const cacheFolder = '/var/cache/kvm-lab';

const modules = ['virtio_pci', 'virtio_blk', 'virtio_net', 'virtio_console', 'ext4', 'evdev', 'button'];

/** Loads what the kernel needs to see its disks and network, then hands over to the root that `root=` names. */
const initrdInit = `#!/bin/sh
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
`;

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
    const release = await buildInitrd(work);
    await rename(work, join(cacheFolder, release));
  } catch (error) {
    await rm(work, { recursive: true, force: true });
    throw new LabError('no-kernel', `no kernel for the guests: ${(error as Error).message}`, { cause: error });
  }
  const built = await findCached();
  if (!built) throw new LabError('no-kernel', `the kernel just unpacked into ${cacheFolder} is not there`);
  return built;
}

async function findCached(): Promise<GuestKernel | undefined> {
  if (!existsSync(cacheFolder)) return undefined;
  const releases = (await readdir(cacheFolder)).filter((name) => existsSync(join(cacheFolder, name, 'initrd.img')));
  const release = releases.sort().at(-1);
  if (release === undefined || release.startsWith('new-')) return undefined;
  const folder = join(cacheFolder, release);
  return {
    release,
    kernel: join(folder, 'vmlinuz'),
    initrd: join(folder, 'initrd.img'),
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
async function buildInitrd(folder: string): Promise<string> {
  const unpacked = join(folder, 'unpacked');
  const image = (await readdir(join(unpacked, 'boot'))).find((name) => name.startsWith('vmlinuz-'));
  if (!image) throw new Error('the kernel package holds no /boot/vmlinuz');
  const release = image.slice('vmlinuz-'.length);
  const merged = existsSync(join(unpacked, 'usr/lib/modules')) ? join(unpacked, 'usr') : unpacked;
  await execa('depmod', ['-b', merged, release]);

  const root = join(folder, 'initrd');
  for (const name of ['bin', 'dev', 'proc', 'root', 'modules']) await mkdir(join(root, name), { recursive: true });
  const busybox = [join(unpacked, 'bin/busybox'), join(unpacked, 'usr/bin/busybox')].find(existsSync);
  if (!busybox) throw new Error('the package busybox-static holds no busybox');
  await cp(busybox, join(root, 'bin/busybox'));
  const { stdout: applets } = await execa(busybox, ['--list']);
  for (const applet of applets.split('\n')) {
    if (applet !== 'busybox') await symlink('busybox', join(root, 'bin', applet));
  }
  await writeFile(join(root, 'init'), initrdInit, { mode: 0o755 });
  for (const [index, module] of (await moduleFiles(merged, release)).entries()) {
    await copyModule(module, join(root, 'modules'), String(index).padStart(2, '0'));
  }
  await packInitrd(root, join(folder, 'initrd.img'));
  await rename(join(unpacked, 'boot', image), join(folder, 'vmlinuz'));
  await cp(busybox, join(folder, 'busybox'));
  await rm(unpacked, { recursive: true });
  await rm(root, { recursive: true });
  return release;
}

/** The modules' files in the order in which they must be loaded; those built into the kernel need none. */
async function moduleFiles(base: string, release: string): Promise<string[]> {
  const files = new Set<string>();
  for (const module of modules) {
    const { stdout } = await execa('modprobe', ['-d', base, '-S', release, '--show-depends', module], {
      reject: false,
    });
    for (const [, file] of stdout.matchAll(/^insmod (\S+)/gm)) if (file) files.add(file);
  }
  return [...files];
}

async function copyModule(file: string, folder: string, number: string): Promise<void> {
  const target = join(folder, `${number}-${basename(file).replace(/\.(xz|zst)$/, '')}`);
  if (file.endsWith('.xz')) await execa('xz', ['-dc', file], { stdout: { file: target } });
  else if (file.endsWith('.zst')) await execa('zstd', ['-dcq', file], { stdout: { file: target } });
  else await cp(file, target);
}

async function packInitrd(root: string, target: string): Promise<void> {
  const { stdout: names } = await execa('find', ['.'], { cwd: root });
  const archive = await execa('cpio', ['-o', '-H', 'newc', '--quiet'], {
    cwd: root,
    input: `${names}\n`,
    encoding: 'buffer',
  });
  await execa('gzip', ['-1'], { input: archive.stdout, stdout: { file: target } });
}
