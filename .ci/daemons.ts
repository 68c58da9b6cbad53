import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What is fetched and made once for all checks. */
export const cache = '/var/cache/kvm-services';

/** Debian's packages, in groups of those that could be installed beside each other. */
const groups = [
  [
    ...[
      'slapd',
      'ldap-utils',
      'sssd-ldap',
      'sssd-tools',
      'libsss-sudo',
      'libnss-sss',
      'libpam-sss',
      'sudo',
      'pamtester',
    ],
    ...['dnsmasq-base', 'bind9-dnsutils', 'systemd-resolved', 'chrony', 'syslog-ng-core', 'systemd-journal-remote'],
    ...['postfix', 'msmtp', 'nfs-kernel-server', 'autofs', 'cloud-init', 'ansible-core'],
  ],
  ['nslcd', 'libnss-ldapd', 'libpam-ldapd', 'rsyslog', 'rsyslog-relp', 'rsyslog-openssl', 'ssmtp', 'ntpsec'],
  ['systemd-timesyncd'],
];

/**
 * The daemons, unpacked into a folder to be laid over this machine's files; never installed, so that this machine keeps
 * its own name service, PAM, mail and logs.
 */
export async function daemonsFolder(): Promise<string> {
  const folder = join(cache, createHash('sha256').update(JSON.stringify(groups)).digest('hex').slice(0, 12));
  if (existsSync(folder)) return folder;
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(join(cache, 'new-'));
  try {
    const archives = join(work, 'archives');
    await mkdir(join(archives, 'partial'), { recursive: true });
    // Nothing is installed, so that another apt-get need not be waited for. What it reads is read once.
    const settings = {
      'APT::Sandbox::User': 'root',
      'Debug::NoLocking': '1',
      'Dir::Cache::archives': archives,
      'Dir::Cache::pkgcache': join(work, 'pkgcache.bin'),
      'Dir::Cache::srcpkgcache': join(work, 'srcpkgcache.bin'),
    };
    const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
    const apt = (...words: string[]) => run('apt-get', ['-q', '-y', ...options, ...words], { maxBuffer: 2 ** 26 });
    const download = async (): Promise<void> => {
      for (const group of groups) await apt('-d', '--no-install-recommends', '--no-upgrade', 'install', ...group);
    };
    await download().catch(async () => {
      await apt('update');
      await download();
    });
    for (const name of (await readdir(archives)).filter((each) => each.endsWith('.deb')).sort(mailLast))
      await run('dpkg-deb', ['-x', join(archives, name), join(work, 'root')]);
    await mergeUsr(join(work, 'root'));
    await rename(join(work, 'root'), folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return folder;
}

/** ssmtp calls itself sendmail, too; Postfix's comes over it. */
const mailLast = (a: string, b: string): number =>
  Number(a.startsWith('postfix')) - Number(b.startsWith('postfix')) || (a < b ? -1 : 1);

/** Debian's /bin, /lib and /sbin are links into /usr; a folder of that name would hide them. */
async function mergeUsr(root: string): Promise<void> {
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    const folder = join(root, name);
    if (!existsSync(folder)) continue;
    await cp(folder, join(root, 'usr', name), { recursive: true, verbatimSymlinks: true });
    await rm(folder, { recursive: true });
  }
}
