import { needs } from '@kvm/ci/needs';
import { deriveDesired } from '@kvm/host';
import { parseInventory } from '@kvm/inventory';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { DebianMachines } from './debian-machines.ts';
import { patience } from './patience.ts';

const inventory = `
host: { name: management, address: 192.168.100.1/24 }
guests: { common: { vmid: 60 }, web: { vmid: 65 }, db: { vmid: 61 } }
shared:
  server: common
  auth: { clients: { db: nslcd } }
  logs: { clients: { db: journald } }
  files:
    clients: { db: systemd }
    exports:
      home: { path: /srv/nfs/home, mount: /nfs/home }
      archive: { path: /srv/nfs/archive, mount: /nfs/archive, readOnly: true, guests: [web] }
  mail: { clients: { db: ssmtp }, aliases: { root: alice } }
  dns: { clients: { db: systemd-resolved } }
  time: { clients: { db: timesyncd } }
`;
const guests = ['web', 'db'];
const addresses: Record<string, string> = { common: '172.16.60.1', web: '172.16.65.1', db: '172.16.61.1' };

/** A virtual machine's own files are an overlay, which NFS cannot serve: what is served lies on a disk. */
const folderOnDisk = `set -e
mkfs.ext4 -q /dev/vda; mkdir /export; mount /dev/vda /export
mkdir /export/srv; mount --bind /export/srv /srv
mkdir -p /etc/nfs.conf.d; printf '[exports]\\nrootdir=/export\\n' >/etc/nfs.conf.d/root.conf`;

describe.skipIf(needs('root', 'qemu-system-x86_64', 'mmdebstrap', 'ssh', 'ssh-keygen', 'openssl'))(
  'Debian machines with systemd, of which one serves the others',
  { timeout: 3 * patience },
  () => {
    let machines: DebianMachines;
    const services = (...words: string[]) =>
      machines.kvmctl('services', ...words, '--secrets', machines.file('secrets'), '--ssh');

    beforeAll(async () => {
      machines = await DebianMachines.open(inventory, '172.16.0.254/12');
      const { shared } = deriveDesired(parseInventory(inventory));
      // Side by side: each waits for its own systemd.
      await Promise.all(
        (shared?.machines ?? []).map(({ machine, packages }) =>
          machines.add({ name: machine, address: `${addresses[machine]}/12`, packages }),
        ),
      );
      await machines.must('common', folderOnDisk);
    }, patience);
    afterAll(() => machines?.[Symbol.asyncDispose]());

    test('the files come by `services apply`, and systemd starts what uses them', async () => {
      const applied = await services('apply', '--yes');
      expect(applied, applied.stdout + applied.stderr).toMatchObject({ exitCode: 0 });
      expect(await services('drift')).toMatchObject({ exitCode: 0, stderr: '' });
      for (const machine of Object.keys(addresses))
        expect(await machines.sh(machine, 'systemctl --failed --plain --no-legend')).toMatchObject({ stdout: '' });
    });

    test.each(guests)('the doctor finds everything well on %s', async (guest) => {
      await vi.waitFor(
        async () => {
          const { stdout } = await machines.kvmctl('doctor', guest, '--ssh', `root@${addresses[guest]}`, '--json');
          const probes: { verdict: string }[] = JSON.parse(stdout).probes;
          expect(probes.filter(({ verdict }) => verdict !== 'good')).toEqual([]);
        },
        { timeout: 300_000, interval: 5000 },
      );
    });
  },
);
