import { deriveDesired } from '@kvm/host';
import { parseInventory } from '@kvm/inventory';
import { describe, expect, test } from 'vitest';
import { labDomain } from './guests.ts';
import { hostsFile, lanCommands, machineCommands } from './network.ts';
import { planLab } from './plan.ts';

const GiB = 1024 * 1024;

const desired = (extra = '') =>
  deriveDesired(
    parseInventory(`
host: { name: management, address: 192.168.100.1/24, gateway: 192.168.100.254, uplink: lan0 }
ranges: { ipv6: 'fd00:61::/48' }
machines: { hoge: 192.168.100.2, away: 10.1.2.3 }
guests:
  public: { vmid: 65 }
  db: { vmid: 61, memory: 2 GiB }
${extra}`),
  );

describe('what a lab is made of', () => {
  test('every machine and guest of the inventory', () => {
    const plan = planLab(desired(), 8 * GiB);
    expect(plan.name).toBe('management');
    expect(plan.neighbours.map(({ name, onLan }) => [name, onLan])).toEqual([
      ['hoge', true],
      ['away', false],
    ]);
    expect([...plan.memoryKiB]).toEqual([
      ['public', 0.5 * GiB],
      ['db', 2 * GiB],
    ]);
    expect(plan.gateway).toBe('192.168.100.254');
  });

  test('only the guests asked for, in the order of the inventory', () => {
    const names = (only: string[]) => planLab(desired(), 8 * GiB, only).guests.map(({ guest }) => guest.name);
    expect(names(['db'])).toEqual(['db']);
    expect(names(['db', 'public'])).toEqual(['public', 'db']);
    expect(() => names(['db', 'web', 'mail'])).toThrow('no guest is called web, mail. The inventory has: public, db.');
  });

  test('guests get less memory where the machine has too little, and are refused where even that is too much', () => {
    expect([...planLab(desired(), 1 * GiB).memoryKiB.values()]).toEqual([128 * 1024, 128 * 1024]);
    expect(() => planLab(desired(), 300 * 1024)).toThrow(
      '2 guests need 448 MiB, and this machine can spare 300 MiB. About 1 fit: choose them with --guests.',
    );
  });

  test("the gateway's address is not taken from a machine that has it", () => {
    const text = `
host: { name: management, address: 192.168.100.1/24, gateway: 192.168.100.254 }
machines: { router: 192.168.100.254 }
guests: { public: { vmid: 65 } }`;
    expect(planLab(deriveDesired(parseInventory(text)), 8 * GiB).gateway).toBeUndefined();
  });
});

test('the LAN: one bridge, a port for each machine, routes by address; machines elsewhere go through the router', () => {
  const plan = planLab(desired(), 8 * GiB);
  const holders = new Map(
    ['management', 'hoge', 'away'].map((name, index) => [
      name,
      { name, keeper: 999, holder: 998, pid: 1005 + index, innerPid: 5 + index },
    ]),
  );
  expect(lanCommands(plan, holders).slice(4)).toEqual([
    'addr add 192.168.100.254/32 dev lan',
    'link add port0 type veth peer name lan0 netns 5',
    'link set port0 master lan up',
    'route add 192.168.100.1/32 dev lan',
    'link add port1 type veth peer name eth0 netns 6',
    'link set port1 master lan up',
    'route add 192.168.100.2/32 dev lan',
    'link add port2 type veth peer name eth0 netns 7',
    'link set port2 master lan up',
    'route add 10.1.2.3/32 dev lan',
  ]);
  expect(plan.neighbours.flatMap((machine) => machineCommands(machine).slice(0, 2))).toEqual([
    'link set eth0 up',
    'addr add 192.168.100.2/24 dev eth0',
    'link set eth0 up',
    'addr add 10.1.2.3/32 dev eth0',
  ]);
  expect(hostsFile(plan)).toContain('172.16.65.1 public\nfd00:61:0:65::1 public\n172.16.61.1 db\n');
});

test("the lab's domain differs from the rendered one in what a lab must change, and in nothing else", () => {
  const [guest] = desired().guests;
  if (!guest) throw new Error('no guest');
  const lab = labDomain(guest, { accelerator: 'tcg', initrd: '/boot/initrd', memoryKiB: 131072 });
  const { channel, console, ...devices } = lab.devices ?? {};
  expect(lab).toMatchObject({ '@type': 'qemu', memory: 131072, currentMemory: 131072 });
  expect(lab.os).toEqual({ ...guest.domain.os, initrd: '/boot/initrd', cmdline: 'root=/dev/vda console=ttyS0 quiet' });
  expect(channel).toHaveLength(1);
  expect(console?.[0]).toMatchObject(guest.domain.devices?.console?.[0] ?? {});
  const { console: _, ...rendered } = guest.domain.devices ?? {};
  expect(devices).toEqual(rendered);
  expect(labDomain(guest, { accelerator: 'kvm', initrd: '/i', memoryKiB: 1 })['@type']).toBe('kvm');
});
