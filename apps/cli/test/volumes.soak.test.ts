import { setTimeout as sleep } from 'node:timers/promises';
import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kvmctlScript } from './bare-host.ts';
import { patience } from './patience.ts';
import { RealHost } from './real-host.ts';

const kills = 10;

const guest = (name: string, more: string): string => `  ${name}: { ${more}, xml: "<domain type='qemu'/>" }\n`;
const inventory = `
host: { name: vmhost, address: 192.168.100.1/24, initrd: /boot/kvm.current/initrd.img }
defaults: { memory: 96 MiB, disks: { root: 8 GiB, var: 4 GiB, swap: 512 MiB } }
guests:
${guest('common', 'vmid: 60, autostart: { order: 10 }')}${guest('db', 'vmid: 61, disks: { data: 1 GiB }')}${guest('public', 'vmid: 65, state: stopped')}
policy:
  - { from: lan, to: guests, service: ssh }
`;

describe.skipIf(needs('root', 'qemu-system-x86_64', 'libvirtd', 'vgcreate', 'nft', 'thin_check'))(
  'a host with real volumes',
  { timeout: 3_600_000 },
  () => {
    let host: RealHost;
    beforeAll(async () => {
      host = await RealHost.start();
    }, patience);
    afterAll(() => host?.[Symbol.asyncDispose]());

    const must = (script: string) => host.must(script);
    const kvmctl = (text: string, ...words: string[]) => host.kvmctl(text, ...words);
    async function apply(text: string): Promise<void> {
      const applied = await kvmctl(text, 'apply', '--yes');
      expect(applied, applied.stderr).toMatchObject({ exitCode: 0 });
      expect(await kvmctl(text, 'plan', '--detailed-exitcode')).toMatchObject({ exitCode: 0, stdout: '' });
    }
    const sizes = async (): Promise<string[]> =>
      (await must('lvs --noheadings --units m --nosuffix -o lv_name,lv_size,lv_tags vg')).trim().split(/\s*\n\s*/);

    test('from nothing, apply makes the volumes and starts the guests; then there is nothing to do', async () => {
      await apply(inventory);
      expect((await must('virsh list --name')).trim().split('\n').sort()).toEqual(['common', 'db']);
      expect(await sizes()).toEqual(
        ['common', 'db', 'public']
          .flatMap((name) => [
            ...(name === 'db' ? ['db.data     1024.00 kvm:db/data'] : []),
            ...['root 8192.00', 'swap 512.00', 'var 4096.00'].map((disk) => {
              const [which = '', size] = disk.split(' ');
              return `${name}.${which} ${size} kvm:${name}/${which}`;
            }),
          ])
          .map((line) => expect.stringMatching(new RegExp(`^${line.replaceAll('.', '\\.').replaceAll(/ +/g, ' +')}$`))),
      );
    });

    test('a disk grown, also of a guest that runs; one more; a smaller one is refused, and so is what has no room', async () => {
      await must('echo kept | dd of=/dev/vg/db.data bs=512 conv=sync,fsync 2>/dev/null');
      const larger = inventory
        .replace('data: 1 GiB', 'data: 2 GiB')
        .replace('vmid: 65,', 'vmid: 65, disks: { more: 1 GiB },');
      await apply(larger);
      expect((await must('virsh domblkinfo db vdd')).match(/Capacity: +(\d+)/)?.[1]).toBe(String(2 * 2 ** 30));
      expect(await must('head -c 4 /dev/vg/db.data')).toBe('kept');
      const smaller = await kvmctl(inventory, 'plan', '--detailed-exitcode');
      expect(smaller.stdout).toMatch(/db\.data/);
      expect(smaller.exitCode).not.toBe(0);
      const huge = larger.replace('more: 1 GiB', 'more: 1 TiB').replace('96 MiB', '112 MiB');
      const applied = await kvmctl(huge, 'apply', '--yes');
      expect(applied).toMatchObject({ exitCode: 1 });
      expect(applied.stdout).toMatch(/public\.more/);
      expect(await must('virsh dumpxml --inactive common')).toContain("<memory unit='KiB'>114688</memory>");
      await apply(larger);
    });

    test('a guest that is gone: its volumes stay until its name is given', async () => {
      const without = inventory.replace(/ {2}public:.*\n/, '');
      expect((await kvmctl(without, 'plan')).stdout).toContain('public');
      expect(await kvmctl(without, 'destroy', 'public', '--yes')).toMatchObject({ exitCode: 0 });
      expect((await sizes()).filter((line) => line.startsWith('public.'))).toHaveLength(4);
      expect(await kvmctl(without, 'destroy', 'public', '--confirm=public', '--yes')).toMatchObject({ exitCode: 0 });
      expect((await sizes()).filter((line) => line.startsWith('public.'))).toEqual([]);
    });

    test(`killed ${kills} times while it makes everything, apply goes on; what is on a volume is not touched`, async () => {
      const text = inventory.replace('data: 1 GiB', 'data: 2 GiB');
      const strip = `for guest in $(virsh list --all --name); do virsh destroy $guest; virsh undefine $guest; done >/dev/null 2>&1
        nft delete table inet kvm; rm -rf /etc/kvm; lvs --noheadings -o lv_full_name vg | grep -v db.data | xargs -r lvremove -qqy; true`;
      await must(strip);
      const start = performance.now();
      await apply(text);
      const whole = performance.now() - start;
      for (let kill = 0; kill < kills; kill += 1) {
        await must(strip);
        const child = host.vm.spawn([
          'setsid',
          'sh',
          '-c',
          `echo $$ >/run/apply.pid; ${kvmctlScript(text, ['apply', '--yes'])}`,
        ]);
        child.stdout.resume();
        child.stderr.resume();
        await sleep((whole * (kill + 0.5)) / kills);
        await host.sh('kill -KILL -- "-$(cat /run/apply.pid)"');
        await child.exitCode;
        await apply(text);
        expect(await must('lvs --noheadings -o lv_tags vg')).not.toContain('unfinished');
        expect(await must('head -c 4 /dev/vg/db.data')).toBe('kept');
      }
    });
  },
);
