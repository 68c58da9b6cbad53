import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addRelations, thickSnapshot } from '@kvm/ci/lvm-relations';
import { needs } from '@kvm/ci/needs';
import { PrivateLvm } from '@kvm/ci/private-lvm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundle, userEnvironment } from './bundled.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.ts';

const inventory = `host: { name: management, address: 192.168.100.1/24 }
defaults: { disks: { root: 4 MiB, var: none, swap: none } }
guests:
  a: { vmid: 65 }
`;

const domain = (name: string): string => `
<domain type='qemu'><name>${name}</name><memory unit='MiB'>32</memory><os><type arch='x86_64'>hvm</type></os>
  <devices><emulator>/usr/bin/qemu-system-x86_64</emulator><memballoon model='none'/>
    <disk type='block'><driver name='qemu' type='raw'/><source dev='/dev/vg/a.root'/><target dev='vda' bus='virtio'/></disk>
    <disk type='block'><driver name='qemu' type='raw'/><source dev='/dev/vg/a.var'/><target dev='vdb' bus='virtio'/></disk>
  </devices></domain>`;

/** LVM makes no devices here: at the paths of the volumes lie disks on which nothing is. */
const makeDevices = `
set -e
mkdir /run/dev
mount -t tmpfs tmpfs /run/dev
cp -a /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/loop[0-9]* /run/dev/
mkdir /run/dev/vg
ln -s "$1" /run/dev/vg/a.root
ln -s "$2" /run/dev/vg/a.var
mount --move /run/dev /dev
`;

/** What LVM knows lets all of these be done: only libvirt has something against it. */
describe.skipIf(needs('root', 'lvm', 'losetup', 'libvirtd', 'virsh', 'nsenter', 'qemu-system-x86_64'))(
  'disk rollback and disk remove ask libvirtd',
  () => {
    let lvm: PrivateLvm;
    let libvirtd: PrivateLibvirtd;
    const inside = (command: readonly string[]) =>
      spawnSync(
        'nsenter',
        [`--target=${libvirtd.namespaces}`, '--mount', '--net', `--wdns=${lvm.folder}`, ...command],
        {
          ...{ env: { ...userEnvironment(), ...lvm.environment }, encoding: 'utf8' as const },
        },
      );
    const virsh = (words: string): string => {
      const { status, stdout, stderr } = inside(['virsh', '-q', ...words.split(' ')]);
      expect(status, `virsh ${words}: ${stderr}`).toBe(0);
      return stdout;
    };
    const define = (name: string, folder = '/dev/vg'): void => {
      writeFileSync(join(lvm.folder, `${name}.xml`), domain(name).replaceAll('/dev/vg', folder));
      virsh(`define ${name}.xml`);
    };

    beforeAll(async () => {
      lvm = await PrivateLvm.start(4);
      writeFileSync(join(lvm.folder, 'inventory.yaml'), inventory);
      for (const disk of ['root', 'var'])
        await lvm.must(
          'lvcreate',
          '-n',
          `a.${disk}`,
          '-l',
          '16',
          '--addtag',
          `kvm:a/${disk}`,
          'vg',
          lvm.disks[0] ?? '',
        );
      await addRelations(lvm, [
        ...thickSnapshot('a.root.mon', 'a.root', { tag: 'kvm.snapshot:a/root#mon', first: 530 }),
      ]);
      libvirtd = await startPrivateLibvirtd();
      expect(inside(['sh', '-c', makeDevices, 'make', ...lvm.disks.slice(-2)])).toMatchObject({
        status: 0,
        stderr: '',
      });
    });
    afterAll(async () => {
      await libvirtd?.[Symbol.asyncDispose]();
      await lvm?.[Symbol.asyncDispose]();
    });

    const verbs = [
      ['rollback', 'a', 'mon', '--disk=root'],
      ['remove', 'a', 'var'],
    ] as const;
    const changes = async () => (await lvm.must('vgs', '--noheadings', '-o', 'vg_seqno')).stdout;

    /** With nothing in the way, both are possible; a dry run says so. */
    function expectAllowed(): void {
      for (const words of verbs) {
        const { status, stderr } = inside([bundle, 'disk', ...words, '-n']);
        expect({ words, status, stderr }).toMatchObject({ status: 0, stderr: expect.stringMatching(/^would /) });
      }
    }

    async function expectRefused(why: string): Promise<void> {
      const before = await changes();
      for (const words of verbs)
        for (const how of ['-n', '--confirm=a']) {
          const { status, stderr } = inside([bundle, 'disk', ...words, how]);
          expect({ words, status, stderr }).toMatchObject({ status: 1, stderr: expect.stringContaining(why) });
        }
      expect(await changes()).toBe(before);
    }

    test('of a guest that runs on the volume, or whose memory is kept', async () => {
      expectAllowed();
      define('a');
      expectAllowed();
      virsh('start --paused a');
      await expectRefused('a runs on it');
      virsh('managedsave a');
      await expectRefused('the memory of a is kept for its next start');
      virsh('managedsave-remove a');
      expectAllowed();
      virsh('undefine a');
    });

    test('of another domain that has the volume, and then an overlay of it, while it runs and when it is off', async () => {
      define('other');
      await expectRefused('other has /dev/vg/a.');
      virsh('start --paused other');
      virsh(
        'snapshot-create-as other one --disk-only --no-metadata --diskspec vda,file=/var/vda.qcow2 --diskspec vdb,file=/var/vdb.qcow2',
      );
      expect(virsh('domblklist other')).toContain('/var/vda.qcow2');
      await expectRefused('other has /dev/vg/a.');
      virsh('destroy other');
      expect(virsh('domblklist other')).not.toContain('/dev/vg/a.');
      await expectRefused('other has /dev/vg/a.');
      virsh('undefine other');
      expectAllowed();
    });

    test('of another domain that has the volume by a link, which the plan names, too', async () => {
      expect(inside(['ln', '-s', '/dev/vg', '/run/folder'])).toMatchObject({ status: 0 });
      define('other', '/run/folder');
      await expectRefused('other has /dev/vg/a.');
      expect(inside([bundle, 'plan']).stdout).toContain(
        'other, which the inventory does not have, has /dev/vg/a.root as a disk, as a has',
      );
      virsh('undefine other');
      expectAllowed();
    });
  },
);
