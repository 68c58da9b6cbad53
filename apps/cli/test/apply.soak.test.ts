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
const edited = example.replace('service: ssh }', 'service: postgresql }');

describe.skipIf(needs('root', 'libvirtd', 'qemu-system-x86_64', 'nft', 'virsh'))('a host that apply has made', () => {
  let host: BareHost;
  beforeAll(async () => {
    host = await BareHost.start(example);
    expect(await host.kvmctl(example, 'apply', '--yes')).toMatchObject({ exitCode: 0 });
  });
  afterAll(() => host?.[Symbol.asyncDispose]());

  const isAsDesired = async (text = example) =>
    expect(await host.kvmctl(text, 'plan', '--detailed-exitcode')).toMatchObject({ exitCode: 0, stdout: '' });
  /** Waits until a guest has booted: only then it hears that it is to shut down. */
  const booted = (address: string) =>
    vi.waitFor(async () => expect(await host.sh(`ping -c 1 -W 1 ${address}`)).toMatchObject({ exitCode: 0 }), {
      timeout: 240_000,
      interval: 500,
    });

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
    const applied = await host.kvmctl(example, 'apply', '--yes');
    expect(applied).toMatchObject({ exitCode: 1 });
    expect(applied.stderr).toMatch(/write \/etc\/kvm\/tun-stop: .*busy/);
    expect(applied.stderr).toMatch(/[1-9] done, 1 failed, 0 left/);
    await host.sh('umount /etc/kvm/tun-stop');
    expect(await host.kvmctl(example, 'apply', '--yes')).toMatchObject({ exitCode: 0 });
    await isAsDesired();
  });

  test('guests that need a restart are restarted one by one, each when the one before answers', async () => {
    await booted('172.16.65.1');
    await booted('172.16.61.1');
    const larger = example.replace('memory: 128 MiB', 'memory: 144 MiB');
    const plan = await host.kvmctl(larger, 'plan', '--restart', '--json');
    expect(JSON.parse(plan.stdout).steps.filter(({ effect }: { effect: string }) => effect === 'restart')).toHaveLength(
      2,
    );
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

  test('when the host stops, guests shut down in the opposite order; when it starts, they start in theirs and libvirtd holds back', async () => {
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
    await booted('172.16.61.1');
  });

  test('a guest that does not shut down: it runs on, the rest is done, and the next apply goes on', async () => {
    const stopped = edited.replace('vmid: 61', 'vmid: 61\n    state: stopped');
    await host.sh('virsh destroy db; virsh start db --paused');
    const applied = await host.kvmctl(stopped, 'apply', '--yes');
    expect(applied).toMatchObject({ exitCode: 1 });
    expect(applied.stderr).toContain('db was asked to shut down and still runs after 180 s');
    expect(applied.stderr).toMatch(/[1-9] done, 1 failed, 0 left/);
    expect(await host.kvmctl(example, 'apply', '--yes')).toMatchObject({ exitCode: 0 });
    await isAsDesired();
  }, 600_000);
});
