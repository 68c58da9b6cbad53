import { readFileSync } from 'node:fs';
import { needs } from '@kvm/ci/needs';
import { guestKernel } from '@kvm/lab';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DebianMachines } from './debian-machines.ts';
import { patience } from './patience.ts';

const inventory = `
host: { name: management, address: 192.168.100.1/24 }
defaults: { memory: 64 MiB, disks: { root: 64 MiB, var: none, swap: none } }
guests:
  public: { vmid: 65, xml: "<domain type='qemu'/>" }
  db: { vmid: 61, autostart: { order: 10 }, xml: "<domain type='qemu'/>" }
  spare: { vmid: 66, autostart: false, state: stopped, xml: "<domain type='qemu'/>" }
policy:
  - { from: lan, to: guests, service: ssh }
`;
const packages = [
  ...['libvirt-daemon-system', 'libvirt-clients', 'qemu-system-x86', 'lvm2', 'nftables', 'e2fsprogs', 'procps'],
];

describe.skipIf(needs('root', 'qemu-system-x86_64', 'mmdebstrap', 'ssh', 'ssh-keygen'))(
  'a Debian host with systemd, managed from a laptop',
  { timeout: 2 * patience },
  () => {
    let machines: DebianMachines;
    const host = 'management';
    const kvmctl = (...words: string[]) => machines.kvmctl(...words, '--host', 'ssh://root@192.168.100.1');
    const nothingToDo = async (): Promise<void> => {
      const plan = await kvmctl('plan', '--detailed-exitcode');
      expect(plan, plan.stdout + plan.stderr).toMatchObject({ exitCode: 0, stdout: '' });
    };
    const running = async (): Promise<string[]> =>
      (await machines.must(host, 'virsh list --name')).trim().split('\n').sort();
    const journal = (unit: string, boot = 0): Promise<string> =>
      machines.must(host, `journalctl -b ${boot} -u ${unit} -o cat`);

    beforeAll(async () => {
      machines = await DebianMachines.open(inventory, '192.168.100.2/24');
      await machines.add({ name: host, address: '192.168.100.1/24', packages, diskBytes: 2 ** 30, memoryMiB: 2048 });
      await machines.must(host, 'vgcreate -qq vg /dev/vda; mkdir -p /boot/kvm.current');
      const { kernel, initrd } = await guestKernel(() => undefined);
      await machines.put(host, '/boot/kvm.current/vmlinuz', readFileSync(kernel));
      await machines.put(host, '/boot/kvm.current/initrd.img', readFileSync(initrd));
    }, patience);
    afterAll(() => machines?.[Symbol.asyncDispose]());

    test('apply makes it what the inventory says, and what starts it with the machine is enabled', async () => {
      const applied = await kvmctl('apply', '--yes');
      expect(applied, applied.stdout + applied.stderr).toMatchObject({ exitCode: 0 });
      await nothingToDo();
      expect(await running()).toEqual(['db', 'public']);
      expect(await machines.must(host, 'systemctl is-enabled kvm-firewall')).toBe('enabled\n');
    });

    test('when it stops, guests are asked in the opposite order, and turned off at last; when it starts, the firewall comes first and they come in theirs', async () => {
      await machines.reboot(host);
      // These guests hear nothing.
      const last = (await journal('kvm-guests', -1)).split('\n').filter((line) => /^(asks|turns off) /.test(line));
      expect([...new Set(last)]).toEqual([
        'asks public to shut down',
        'turns off what still runs after 180 s: public',
        'asks db to shut down',
        'turns off what still runs after 180 s: db',
      ]);
      const starts = (await journal('kvm-guests')).split('\n').filter((line) => line.startsWith('starts '));
      expect(starts).toEqual(['starts db', 'starts public']);
      const since = (unit: string, what: string): Promise<string> =>
        machines.must(host, `systemctl show -P ${what} ${unit}`);
      expect(Number(await since('kvm-firewall', 'ExecMainExitTimestampMonotonic'))).toBeLessThan(
        Number(await since('libvirtd', 'ExecMainStartTimestampMonotonic')),
      );
      expect(await running()).toEqual(['db', 'public']);
      await nothingToDo();
    });

    test('after a power cut it comes back the same', async () => {
      await machines.powerCut(host);
      expect(await running()).toEqual(['db', 'public']);
      await nothingToDo();
    });

    test('libvirtd started anew starts no guest that was stopped since', async () => {
      await machines.must(host, 'virsh destroy public; systemctl restart libvirtd');
      expect(await running()).toEqual(['db']);
      const applied = await kvmctl('apply', '--yes');
      expect(applied, applied.stdout + applied.stderr).toMatchObject({ exitCode: 0 });
      expect(await running()).toEqual(['db', 'public']);
    });
  },
);
