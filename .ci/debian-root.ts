import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cache } from './daemons.ts';

/** What makes packages a system that starts, has a network, and can be looked at. */
const system = ['systemd-sysv', 'systemd', 'dbus', 'udev', 'kmod', 'iproute2', 'procps', 'libpam-systemd'];

/**
 * A Debian system of its own in a folder, of this machine's release, with packages really installed: their users, settings
 * and units are there. Made once; what a virtual machine with it writes is not written here.
 */
export async function debianRoot(packages: readonly string[]): Promise<string> {
  const names = [...system, ...packages].join();
  const folder = join(cache, `debian-${createHash('sha256').update(names).digest('hex').slice(0, 12)}`);
  if (existsSync(folder)) return folder;
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(join(cache, 'new-'));
  const [, suite = 'stable'] = /^VERSION_CODENAME=(\w+)$/m.exec(readFileSync('/etc/os-release', 'utf8')) ?? [];
  try {
    // Nobody reads a manual there. ssmtp's package wants the machine to know its own name while it is installed.
    const words = [
      ...['--quiet', '--mode=root', '--variant=minbase', `--include=${names}`],
      ...['--dpkgopt=path-exclude=/usr/share/doc/*', '--dpkgopt=path-exclude=/usr/share/man/*'],
      ...['--dpkgopt=path-exclude=/usr/share/locale/*', '--dpkgopt=force-unsafe-io'],
      `--essential-hook=echo 127.0.1.1 $(hostname) >>"$1/etc/hosts"`,
      '--customize-hook=echo 127.0.0.1 localhost >"$1/etc/hosts"',
    ];
    await promisify(execFile)('mmdebstrap', [...words, suite, join(work, 'root')], { maxBuffer: 2 ** 26 });
    await rename(join(work, 'root'), folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return folder;
}
