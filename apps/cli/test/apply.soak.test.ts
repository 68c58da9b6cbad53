import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { BareHost, bareInventory, labXml } from './bare-host.ts';

const example = bareInventory(
  'failing',
  `
  public:
    vmid: 65${labXml('public')}
  db:
    vmid: 61
    autostart: { order: 10 }${labXml('db')}
`,
);
const quiet = example.replace('[ssh, icmp/echo-request]', 'ssh');
const edited = example.replace('service: ssh }', 'service: postgresql }');

describe.skipIf(needs('root', 'libvirtd', 'qemu-system-x86_64', 'nft', 'virsh'))(
  'a host that apply has made',
  {
    timeout: 1_800_000,
  },
  () => {
    let host: BareHost;
    beforeAll(async () => {
      host = await BareHost.start(example);
      expect(await host.kvmctl(example, 'apply', '--yes')).toMatchObject({ exitCode: 0 });
    });
    afterAll(() => host?.[Symbol.asyncDispose]());

    const isAsDesired = (text = example) => host.expectEmptyPlan(text);
    const inGuest = (guest: string, script: string) => host.inGuest(example, guest, script);
    const booted = (guest: string) => host.booted(example, guest);

    test('a libvirtd that is dead: nothing is done, and what to do is said', async () => {
      await host.sh('kill -KILL "$(cat /run/libvirtd.pid)"; while virsh list; do :; done >/dev/null 2>&1');
      const applied = await host.kvmctl(edited, 'apply', '--yes');
      expect(applied).toMatchObject({ exitCode: 1, stdout: '' });
      expect(applied.stderr).toMatch(/libvirt.*\n?.*(start|run)/i);
      expect(await host.sh('rm -f /run/libvirtd.pid; libvirtd --daemon')).toMatchObject({ exitCode: 0 });
      await vi.waitFor(() => isAsDesired(), { timeout: 120_000, interval: 1000 });
    });

    test('a folder where a file is to be: the rest is done', async () => {
      await host.sh('rm /etc/kvm/tun-stop; mkdir /etc/kvm/tun-stop');
      const applied = await host.kvmctl(edited, 'apply', '--yes');
      expect(applied).toMatchObject({ exitCode: 1 });
      expect(applied.stdout).toContain('/etc/kvm/tun-stop is a folder, where a file is to be');
      expect(applied.stderr).toMatch(/[1-9] done, 0 failed, 0 left/);
      await host.sh('rmdir /etc/kvm/tun-stop');
      expect(await host.kvmctl(edited, 'apply', '--yes')).toMatchObject({ exitCode: 0 });
      await isAsDesired(edited);
    });

    test('a file that cannot be replaced: it stays, the rest is done, and the next apply goes on', async () => {
      await host.sh('echo exit >>/etc/kvm/tun-stop; mount --bind /etc/kvm/tun-stop /etc/kvm/tun-stop');
      const applied = await host.kvmctl(quiet, 'apply', '--yes');
      expect(applied).toMatchObject({ exitCode: 1 });
      expect(applied.stderr).toMatch(/write \/etc\/kvm\/tun-stop: .*busy/);
      expect(applied.stderr).toMatch(/[1-9] done, 1 failed, 0 left/);
      await host.sh('umount /etc/kvm/tun-stop');
      expect(await host.kvmctl(example, 'apply', '--yes')).toMatchObject({ exitCode: 0 });
      await isAsDesired();
    });

    test('guests that need a restart are restarted one by one, each when the one before answers', async () => {
      await booted('public');
      await booted('db');
      const larger = example.replace('memory: 128 MiB', 'memory: 144 MiB');
      const plan = await host.kvmctl(larger, 'plan', '--restart', '--json');
      expect(
        JSON.parse(plan.stdout).steps.filter(({ effect }: { effect: string }) => effect === 'restart'),
      ).toHaveLength(2);
      const applied = await host.kvmctl(larger, 'apply', '--restart', '--yes', '--json');
      expect(applied, applied.stderr).toMatchObject({ exitCode: 0 });
      const restarts = applied.stdout
        .trim()
        .split('\n')
        .map((line): { id?: string; outcome?: string } => JSON.parse(line))
        .flatMap(({ id, outcome }) => (id?.startsWith('restart ') ? [`${id}: ${outcome}`] : []));
      expect(restarts).toEqual([
        'restart public: started',
        'restart public: done',
        'restart db: started',
        'restart db: done',
      ]);
      for (const guest of ['public', 'db'])
        expect((await host.sh(`virsh dominfo ${guest}`)).stdout).toMatch(/Max memory: +147456/);
      await isAsDesired(larger);
      expect(await host.kvmctl(example, 'apply', '--restart', '--yes')).toMatchObject({ exitCode: 0 });
    });

    /** Changes a definition as `virsh edit` does. */
    const edit = (guest: string, change: string) =>
      `virsh dumpxml --inactive ${guest} | sed "${change}" >/run/edited.xml && virsh define /run/edited.xml`;

    test.each([
      ['a rule that comes first', 'nft insert rule inet kvm forward accept', 'firewall: the kernel has other rules'],
      ['an empty chain', 'nft flush chain inet kvm forward', 'firewall: the kernel has other rules'],
      ['a chain more', 'nft add chain inet kvm mine', 'firewall: the kernel has other rules'],
      ['a script that is gone', 'rm /etc/kvm/tun-stop', 'file: /etc/kvm/tun-stop is not there'],
      ['a script that is empty', ': >/etc/kvm/tun-start', 'file: /etc/kvm/tun-start says something else'],
      [
        'settings for the next boot',
        'echo net.ipv4.ip_forward=0 >>/etc/sysctl.d/60-kvm.conf',
        '60-kvm.conf says something else',
      ],
      ['settings that are gone', 'rm /etc/sysctl.d/60-kvm.conf', '60-kvm.conf is not there'],
      ['redirects', 'sysctl -qw net.ipv4.conf.all.send_redirects=1', 'net.ipv4.conf.all.send_redirects 1 -> 0'],
      [
        'another order at boot',
        "sed -i '/begin db/d' /etc/kvm/boot-guests",
        'file: /etc/kvm/boot-guests says something else',
      ],
      ['a unit that is gone', 'rm /etc/systemd/system/kvm-guests.service', 'kvm-guests.service is not there'],
      [
        'a unit of the firewall',
        'echo "# mine" >>/etc/systemd/system/kvm-firewall.service',
        'kvm-firewall.service says something else',
      ],
      ['rules that everybody may change', 'chmod 666 /etc/kvm/firewall.nft', 'mode 0666 -> 0755'],
      ['a guest with more memory', 'virsh setmaxmem public 256M --config', 'definition: change the definition'],
      [
        'a guest that has less now',
        'virsh setmem db 96M --live; until virsh dominfo db | grep -q "Used memory: *98304 "; do sleep 0.2; done',
        'running guest: it runs with',
      ],
      ['another screen', edit('public', 's/5965/5999/'), '@port 5999 -> 5965'],
      ['another tap', edit('public', 's/tun65/tun99/'), '@dev tun99 -> tun65'],
      ['another disk', edit('db', 's/db.var/public.var/'), '@dev /dev/vg/public.var -> /dev/vg/db.var'],
      ['another command line', edit('db', 's,root=/dev/vda,root=/dev/vdb,'), 'cmdline root=/dev/vdb -> root=/dev/vda'],
      ['a card taken out', 'virsh detach-interface db ethernet --config', 'devices.interface'],
      [
        'another action at a crash',
        edit('db', 's,<on_crash>destroy,<on_crash>restart,'),
        'on_crash restart -> destroy',
      ],
      [
        'a device more',
        'virsh attach-disk db /dev/vg/public.swap vdz --config --targetbus virtio',
        'devices.disk[vdz]',
      ],
      [
        'a guest that was killed',
        'kill -KILL "$(cat /run/libvirt/qemu/db.pid)"; while [ "$(virsh domstate db)" = running ]; do sleep 0.1; done',
        'state: it does not run',
      ],
      [
        'a definition that is gone from a guest that is off',
        'virsh destroy db; virsh undefine db',
        'definition: define the domain',
      ],
    ])('%s is shown as drift, and mended', (_, script, shown) => host.expectDriftMended(example, { script, shown }));

    test('when the host stops, guests shut down in the opposite order; when it starts, they start in theirs and libvirtd holds back', async () => {
      await booted('public');
      await booted('db');
      const stopped = await host.sh('/etc/kvm/boot-guests stop && virsh list --name');
      expect(stopped).toMatchObject({ exitCode: 0, stderr: '' });
      expect([...new Set(stopped.stdout.trim().split('\n'))]).toEqual([
        'asks public to shut down',
        'asks db to shut down',
      ]);
      const started = await host.sh(`
      daemon=$(cat /run/libvirtd.pid); kill "$daemon"; while kill -0 "$daemon"; do sleep 0.1; done 2>/dev/null
      rm /run/libvirt/qemu/autostarted
      /etc/kvm/boot-guests hold && libvirtd --daemon
      while ! virsh list >/dev/null 2>&1; do sleep 0.1; done
      virsh list --name; /etc/kvm/boot-guests start; /etc/kvm/boot-guests start`);
      expect(started.stdout.trim().split('\n')).toEqual(['starts db', 'starts public']);
      await isAsDesired();
      await booted('db');
    });

    test('a guest that does not shut down: it runs on, the rest is done, and the next apply goes on', async () => {
      const stopped = edited.replace('vmid: 61', 'vmid: 61\n    state: stopped');
      await booted('db');
      expect(await inGuest('db', 'rm -r /etc/acpi')).toMatchObject({ exitCode: 0 });
      // It is woken to be asked.
      await host.sh('virsh suspend db');
      const applied = await host.kvmctl(stopped, 'apply', '--yes');
      expect(applied).toMatchObject({ exitCode: 1 });
      expect(applied.stderr).toContain('db was asked to shut down and still runs after 180 s');
      expect(applied.stderr).toMatch(/[1-9] done, 1 failed, 0 left/);
      expect(await host.kvmctl(example, 'apply', '--yes')).toMatchObject({ exitCode: 0 });
      await isAsDesired();
    });
  },
);
