import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BareHost, bareInventory, labXml } from './bare-host.ts';

const inventory = bareInventory(
  'taps',
  `
  public: { vmid: 65, disks: { root: 64 MiB, var: none, swap: none }, xml: "<domain type='qemu'/>" }
  db:
    vmid: 61
    disks: { root: 64 MiB, var: none, swap: none }${labXml('db')}
`,
);

describe.skipIf(needs('root', 'libvirtd', 'qemu-system-x86_64', 'nft', 'virsh'))('the tap of a running guest', () => {
  let host: BareHost;
  const kvmctl = (text: string, ...words: string[]) => host.kvmctl(text, ...words);
  beforeAll(async () => {
    host = await BareHost.start(inventory);
    const applied = await kvmctl(inventory, 'apply', '--yes');
    expect(applied, applied.stderr).toMatchObject({ exitCode: 0 });
    await host.expectEmptyPlan(inventory);
  });
  afterAll(() => host?.[Symbol.asyncDispose]());

  test.each([
    ['is down', 'ip link set tun65 down', 'link down -> up'],
    ['has no addresses', 'ip address flush dev tun65', 'address + 172.16.65.254/24'],
    ['has an address more', 'ip address add 10.9.9.9/24 dev tun65', 'address - 10.9.9.9/24'],
    ['is on a bridge', 'ip link add br0 type bridge; ip link set tun65 master br0', 'bridge - br0'],
    ['has no route', 'ip route del 172.16.65.0/24 dev tun65', 'route + 172.16.65.0/24'],
    [
      'lets its guest speak for others',
      'sysctl -qw net.ipv4.conf.tun65.rp_filter=0',
      'net/ipv4/conf/tun65/rp_filter 0 -> 1',
    ],
  ])('that %s is shown as drift, and mended without a restart', async (_, script, shown) => {
    const started = (await host.sh('virsh domid public')).stdout;
    await host.expectDriftMended(inventory, { script, shown });
    expect((await host.sh('virsh domid public')).stdout).toBe(started);
  });

  test('that is gone is shown, and made anew by a restart', async () => {
    await host.sh('ip link del tun61');
    const drift = await kvmctl(inventory, 'drift', '--detailed-exitcode');
    expect(drift).toMatchObject({ exitCode: 4 });
    expect(drift.stdout.replace(/ +/g, ' ')).toContain('tun61 is gone -> there');
    expect(await kvmctl(inventory, 'plan', '--detailed-exitcode')).toMatchObject({ exitCode: 4 });
    const applied = await kvmctl(inventory, 'apply', '--yes', '--restart');
    expect(applied, applied.stderr).toMatchObject({ exitCode: 0 });
    await host.expectEmptyPlan(inventory);
  });

  test('keeps its address when the ranges change, and the plan says who is cut off until a restart', async () => {
    const moved = inventory.replace('machines:', 'ranges: { ipv4: 10.64.0.0/12 }\nmachines:');
    const plan = await kvmctl(moved, 'plan');
    expect(plan.stdout).toContain('load the firewall  restart');
    expect(plan.stdout).toMatch(/cuts off until its restart +\+ public/);
    expect(plan.stdout).toContain('kvmctl render` below etc/kvm/guests/public first');
    expect(await kvmctl(moved, 'apply', '--yes')).toMatchObject({ exitCode: 0 });
    expect((await host.sh('ip -br address show tun65')).stdout).toContain('172.16.65.254/24');
    for (const verb of ['plan', 'drift']) {
      const after = await kvmctl(moved, verb, '--detailed-exitcode');
      expect(after).toMatchObject({ exitCode: 4 });
      expect(after.stdout).toMatch(/gateway +172\.16\.65\.254\/24 -> 10\.64\.65\.254\/24/);
    }
    expect(await kvmctl(inventory, 'apply', '--yes')).toMatchObject({ exitCode: 0 });
    await host.expectEmptyPlan(inventory);
  });
});
