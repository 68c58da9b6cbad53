import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { daemonsFolder } from '@kvm/ci/daemons';
import { needs } from '@kvm/ci/needs';
import { startVmHost, type VmHost } from '@kvm/lab';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kvmctl } from './bundled.ts';
import { patience } from './patience.ts';

/** By the virtual machine's disks: its second one has the serial number disk1. */
const inventory = `
host: { name: management, address: 192.168.100.1/24 }
guests: { common: { vmid: 60, disks: { disk1: 1 GiB } }, web: { vmid: 65 } }
shared:
  server: common
  auth: false
  logs: false
  mail: false
  dns: false
  time: false
  files: { exports: { home: { path: /srv/nfs/home, mount: /nfs/home, disk: disk1 } } }
`;

const mark = 'only-for-the-server';
const forger = fileURLToPath(new URL('nfs-forger.js', import.meta.url));

/** NFS4ERR_NOENT */
const noEntry = 2;

/** The server's root begins on its first disk, because NFS cannot serve the overlay of the virtual machine. */
const prepare = (daemons: string): string => `
set -e
modprobe -a nfsd nfs nfsv4 veth
mount -t overlay -o lowerdir=${daemons}/usr:/usr overlay /usr
# What Debian keeps from others cannot be read here, and nothing here reads it.
cp -an ${daemons}/etc/. /etc/ || :
cp -an ${daemons}/var/lib/. /var/lib/
ip link set lo up
mkdir -p /run/netns /server
ip netns add web
ip link add web type veth peer name eth0 netns web
ip address add 172.16.60.1/12 dev web; ip link set web up
ip -n web address add 172.16.65.1/12 dev eth0; ip -n web link set eth0 up
mkfs.ext4 -q /dev/vda; mount /dev/vda /server
mkdir -p /server/etc/kvm/tls /server/home/admin/.ssh /server/srv/plain
umask 077
echo root:${mark} >/server/etc/shadow; chgrp 42 /server/etc/shadow; chmod 640 /server/etc/shadow
echo ${mark} >/server/etc/kvm/tls/slapd.key; chown 901:901 /server/etc/kvm/tls/slapd.key
echo ${mark} >/server/home/admin/.ssh/authorized_keys; chown -R 1000:1000 /server/home/admin
mkdir -p /etc/nfs.conf.d /etc/exports.d; printf '[exports]\\nrootdir=/server\\n' >/etc/nfs.conf.d/root.conf
touch /etc/exports
mount -t nfsd nfsd /proc/fs/nfsd
mkdir -p /var/lib/nfs/v4recovery /var/lib/nfs/rpc_pipefs
mount -t rpc_pipefs rpc_pipefs /var/lib/nfs/rpc_pipefs
`;

describe.skipIf(needs('root', 'qemu-system-x86_64', 'apt-get', 'openssl'))(
  "a guest's root against the server of files",
  { timeout: patience },
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'kvmctl-guest-root-'));
    let vm: VmHost;

    const sh = (script: string) => vm.exec(['bash', '--norc', '-c', script], { timeoutMs: patience });
    async function must(script: string): Promise<string> {
      const { exitCode, stdout, stderr } = await sh(script);
      if (exitCode !== 0) throw new Error(`${script}\nended with ${exitCode}: ${stderr} ${stdout}`);
      return stdout;
    }
    async function forge(path: string): Promise<{ entry: number; tried: number; got: string[] }> {
      const words = `ip netns exec web ${process.execPath} ${forger} 172.16.60.1 ${path} ${mark}`;
      const { exitCode, stdout, stderr } = await sh(words);
      if (exitCode !== 0) throw new Error(`${stderr} ${stdout}`);
      return JSON.parse(stdout);
    }

    beforeAll(async () => {
      const daemons = await daemonsFolder();
      writeFileSync(join(folder, 'inventory.yaml'), inventory);
      const rendered = kvmctl(['services', 'render', '-o', 'tree', '--secrets', 'secrets'], { cwd: folder });
      expect(rendered, rendered.stderr).toMatchObject({ status: 0 });
      vm = await startVmHost({ name: 'common', disks: [{ bytes: 2 ** 26 }, { bytes: 2 ** 26 }] });
      await must(prepare(daemons));
      const root = join(folder, 'tree/common/root');
      for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const path = join(entry.parentPath, entry.name);
        const put = 'mkdir -p "$(dirname "$0")"; cat >"$0"';
        const input = readFileSync(path, 'utf8');
        expect(await vm.exec(['sh', '-c', put, path.slice(root.length)], { input })).toMatchObject({ exitCode: 0 });
      }
      await must(
        'echo "/srv/plain 172.16.65.1(rw,sync,sec=sys,root_squash,no_subtree_check)" >/etc/exports; exportfs -ra; rpc.mountd; rpc.nfsd 2; echo Y >/proc/fs/nfsd/v4_end_grace',
      );
    }, patience);
    afterAll(async () => {
      await vm?.[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    });

    const path = '/server/srv/nfs/home';

    test('where an export is a folder of the root file system, it reads and writes what it likes; ours is none then', async () => {
      const { tried, got } = await forge('/srv/plain');
      expect(tried).toBeGreaterThan(1000);
      expect(got).toEqual(
        expect.arrayContaining([
          '1000:1000 wrote home/admin/.ssh/authorized_keys',
          '1000:42 read etc/shadow',
          '901:901 read etc/kvm/tls/slapd.key',
        ]),
      );
      await must(`exportfs -u 172.16.65.1:/srv/plain; : >/etc/exports; exportfs -ra; mkdir -p ${path}`);
      expect(await forge('/srv/nfs/home')).toMatchObject({ entry: noEntry });
      // A folder of the root file system is none either when it is bound to the place.
      await must(`mount --bind /server/srv/plain ${path}; exportfs -f`);
      expect(await forge('/srv/nfs/home')).toMatchObject({ entry: noEntry });
      await must(`exportfs -au; umount ${path} && exportfs -a`);
    });

    test('what is rendered makes the volume once, and covers no files that are there', async () => {
      const make = `/etc/kvm/files/make-file-system disk1 ${path}`;
      await must(`chmod 755 /etc/kvm/files/make-file-system; echo home >${path}/letter`);
      expect(await sh(make)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('would cover') });
      await must(`rm ${path}/letter; printf data | dd of=/dev/vdb conv=notrunc status=none`);
      expect(await sh(make)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('nothing was made on it') });
      await must('printf "\\0\\0\\0\\0" | dd of=/dev/vdb conv=notrunc status=none');
      expect(await sh(make)).toMatchObject({ exitCode: 0 });
      const uuid = await must('blkid -p -o value -s UUID /dev/vdb');
      expect(await sh(make)).toMatchObject({ exitCode: 0 });
      expect(await must('blkid -p -o value -s UUID /dev/vdb')).toBe(uuid);
      expect((await sh('/etc/kvm/files/make-file-system disk9 /mnt')).stderr).toContain('no disk disk9');
    });

    test('of a volume of its own it gets the volume, and nothing of the server', async () => {
      await must(`mount -o nodev,nosuid,noexec /dev/vdb ${path}; exportfs -f; echo ours >${path}/note`);
      const { entry, tried, got } = await forge('/srv/nfs/home');
      process.stderr.write(`forged file handles: ${tried} tried, ${tried - got.length} refused\n`);
      expect({ entry, got }).toEqual({ entry: 0, got: [] });
      expect(tried).toBeGreaterThan(1000);
      expect(await must('cat /server/home/admin/.ssh/authorized_keys')).toBe(`${mark}\n`);
    });
  },
);
