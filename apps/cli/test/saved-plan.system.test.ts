import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BareHost, bareInventory } from './bare-host.ts';

const inventoryWith = (memory: number, more = ''): string =>
  bareInventory(
    'keeps-plans',
    `
  public: { vmid: 65, state: stopped, memory: ${memory} MiB, xml: "<domain type='qemu'/>" }
  db: { vmid: 61, state: stopped, xml: "<domain type='qemu'/>" }
${more}`,
  );
const [small, large, larger] = [96, 112, 128].map((memory) => inventoryWith(memory)) as [string, string, string];

describe.skipIf(needs('root', 'libvirtd', 'qemu-system-x86_64', 'nft', 'virsh'))('a plan that is kept', () => {
  let host: BareHost;
  const mustPlan = async (text: string) => {
    const planned = await host.kvmctl(text, 'plan', '--out', '/run/plan.json');
    expect(planned, planned.stderr).toMatchObject({ exitCode: 0 });
  };
  const applyKept = (text: string) => host.kvmctl(text, 'apply', '/run/plan.json', '--yes');
  const memory = async () => (await host.sh("virsh dumpxml public | grep -o '<memory.*'")).stdout.trim();
  beforeAll(async () => {
    host = await BareHost.start(small);
  });
  afterAll(() => host?.[Symbol.asyncDispose]());

  test('is done as it was confirmed, by a file that only root may read', async () => {
    await mustPlan(small);
    expect((await host.sh('stat -c %a /run/plan.json')).stdout.trim()).toBe('600');
    const applied = await applyKept(small);
    expect(applied, applied.stderr).toMatchObject({ exitCode: 0 });
    await host.expectEmptyPlan(small);
  });

  test('is refused with the difference when it is done already, or the inventory or the host moved on', async () => {
    const again = await applyKept(small);
    expect(again).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringContaining('- no more: load firewall'),
    });
    await mustPlan(large);
    const before = await memory();
    const other = await applyKept(larger);
    expect(other).toMatchObject({ exitCode: 1, stdout: '' });
    expect(other.stderr).toContain('~ the inventory says something else');
    expect(other.stderr).toMatch(/memory: was 98304 KiB -> 114688; now 98304 KiB -> 131072/);
    await host.sh('virsh autostart --disable db; echo exit 0 >>/etc/kvm/tun-start');
    const moved = await applyKept(large);
    expect(moved).toMatchObject({ exitCode: 1, stdout: '' });
    expect(moved.stderr).toContain('+ new:     autostart db');
    expect(moved.stderr).toContain('+ new:     write /etc/kvm/tun-start');
    expect(await memory()).toBe(before);
    await mustPlan(large);
    expect(await applyKept(`# A comment.\n${large}`)).toMatchObject({ exitCode: 0 });
    expect(await memory()).not.toBe(before);
    await host.expectEmptyPlan(large);
  });

  test('of a guest alone touches no other, and says what is left out', async () => {
    await host.sh('virsh autostart --disable db; virsh autostart --disable public');
    const narrowed = ['--target', 'db', '--detailed-exitcode'];
    const { stdout, exitCode } = await host.kvmctl(large, 'plan', '--out', '/run/plan.json', ...narrowed);
    expect({ stdout, exitCode }).toMatchObject({ exitCode: 2, stdout: expect.stringContaining('1 step: public') });
    const applied = await host.kvmctl(large, 'apply', '/run/plan.json', '--yes', '--detailed-exitcode');
    expect(applied).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('1 done, 0 failed, 0 left') });
    expect((await host.kvmctl(large, 'plan', '--exclude=public', '--detailed-exitcode')).exitCode).toBe(4);
    expect(await host.kvmctl(large, 'plan', '--target=publik')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('Did you mean public?'),
    });
    await host.kvmctl(large, 'apply', '--yes');
    await host.expectEmptyPlan(large);
  });
});
