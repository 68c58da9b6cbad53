import { parseInventory } from '@kvm/inventory';
import { expect, test } from 'vitest';
import { deriveDesired, type HostFacts, judgeHost, type Known } from '../index.ts';

const desired = deriveDesired(
  parseInventory(
    'host: { name: management, address: 192.168.100.1/24 }\nguests: { public: { vmid: 65, disks: { var: none, swap: none } } }',
  ),
);
const ready: HostFacts = {
  has: new Set(['flags', 'kvm-device', 'kvm-boots', 'tun', 'nft', 'kernel', 'emulator', 'uplink']),
  addresses: ['192.168.100.1/24'],
  routes: [{ to: '172.16.65.0/24', dev: 'tun65' }],
  listening: [22],
  daemons: [],
  dropping: [],
  space: [{ path: '/', kib: 4 * 1024 * 1024 }],
  screenDefaults: [],
  diskLinks: [],
};
const group = {
  name: 'vg',
  uuid: '',
  extentBytes: 4 * 1024 * 1024,
  extents: 3000,
  freeExtents: 2500,
  tags: [],
  exported: false,
  writable: true,
  missingDisks: 0,
};
const disk = {
  device: '/dev/sda',
  uuid: '',
  bytes: 0,
  extents: 0,
  freeExtents: 0,
  tags: [],
  allocatable: true,
  missing: false,
  duplicate: false,
};
const known: Known = {
  libvirt: { lib: '11.3.0', hypervisor: '10.0.2' },
  domains: [],
  storage: { groups: [group], disks: [], volumes: [] },
};

/** The checks that are not good, a line each. */
const ails = (facts: Partial<HostFacts>, more: Partial<Known> = {}): string[] =>
  judgeHost(desired, { ...ready, ...facts }, { ...known, ...more })
    .filter(({ verdict }) => verdict !== 'good')
    .map(({ name, verdict, found, remedy }) => `${verdict} ${name}: ${found}. ${remedy}`);

const without = (...words: string[]): Partial<HostFacts> => ({
  has: new Set([...ready.has].filter((word) => !words.includes(word))),
});

test('nothing ails a host that is ready', () => {
  expect(ails({})).toEqual([]);
});

test.each<[string, Partial<HostFacts>, Partial<Known>, RegExp]>([
  ['no virtualisation', without('flags', 'kvm-device', 'kvm-boots'), {}, /^bad KVM: the CPU shows neither vmx nor svm/],
  ['a KVM that hangs', without('kvm-boots'), {}, /^bad KVM: the guests' kernel does not boot on \/dev\/kvm/],
  [
    'no kernel',
    without('kernel'),
    {},
    /^bad kernel: there is no \/boot\/kvm.current\/vmlinuz\. .*ln -sfn .* \/boot\/kvm.current$/,
  ],
  [
    'a full group',
    {},
    { storage: { groups: [{ ...group, freeExtents: 2000 }], disks: [], volumes: [] } },
    /^bad LVM: vg has 8000 MiB free, 8 GiB are needed/,
  ],
  ['a screen that is taken', { listening: [22, 5965] }, {}, /^bad collisions: port 5965 of public's screen is in use/],
  [
    'a subnet that is elsewhere',
    { routes: [{ to: '172.16.65.0/24', dev: 'docker0' }] },
    {},
    /^bad collisions: 172.16.65.0\/24 of public is routed to docker0/,
  ],
  [
    'Docker',
    {
      daemons: ['docker'],
      dropping: [
        {
          hook: 'forward',
          chain: 'ip filter FORWARD',
          all: true,
          ofGuest: false,
          message: 'table ip filter, chain FORWARD: policy drop',
        },
      ],
    },
    {},
    /^bad other firewalls: table ip filter, chain FORWARD: policy drop, of what is forwarded, whatever our policy says/,
  ],
  [
    'another address',
    { addresses: ['10.0.0.1/8'] },
    {},
    /^doubtful uplink: eth0 has 10.0.0.1\/8, and the inventory says 192.168.100.1\/24/,
  ],
  [
    'a screen that names no address',
    { screenDefaults: [{ type: 'vnc', address: '0.0.0.0' }] },
    {},
    /^doubtful screens: qemu.conf shows vnc screens that name no address at 0.0.0.0, without a password/,
  ],
  [
    'a link to a volume of a guest',
    { diskLinks: [{ path: '/dev/disk/by-uuid/1-2', mapper: 'vg-public.root' }] },
    {},
    /^bad guests' volumes: udev has made \/dev\/disk\/by-uuid\/1-2 of one .* kvmctl apply writes/,
  ],
  [
    'LVM in guests',
    { has: new Set([...ready.has, 'scan-lvs']) },
    {},
    /^bad guests' volumes: LVM looks .* scan_lvs = 0/,
  ],
  [
    'a physical volume inside of a guest',
    {},
    {
      storage: {
        groups: [group],
        volumes: [],
        disks: [
          { ...disk, device: '/dev/vg/public.root' },
          { ...disk, device: '/dev/sda' },
        ],
      },
    },
    /^bad guests' volumes: LVM takes \/dev\/vg\/public.root for a physical volume of the host/,
  ],
  ['os-prober', { has: new Set([...ready.has, 'os-prober']) }, {}, /^bad guests' volumes: update-grub mounts them/],
  [
    'a root by its label',
    { has: new Set([...ready.has, 'root-by-label']) },
    {},
    /^doubtful guests' volumes: the kernel command line names the root file system by a label/,
  ],
  ['a full file system', { space: [{ path: '/var', kib: 5000 }] }, {}, /^doubtful space: \/var has 4 MiB free/],
])('%s is told with what to do', (_, facts, more, says) => {
  expect(ails(facts, more)).toEqual([expect.stringMatching(says)]);
});

test('a screen that a running guest shows to others without a password is told; one with a password, or at loopback, is not', () => {
  const domain = (listen: string, more: object): Known['domains'][number] => ({
    name: 'web',
    uuid: '',
    active: true,
    paused: false,
    persistent: true,
    autostart: false,
    definition: { '@type': 'kvm', name: 'web' },
    running: { '@type': 'kvm', name: 'web', devices: { graphics: [{ '@type': 'vnc', '@listen': listen, ...more }] } },
  });
  expect(ails({}, { domains: [domain('0.0.0.0', {})] })).toEqual([
    expect.stringMatching(/^doubtful screens: the vnc screen of web is at 0.0.0.0, without a password/),
  ]);
  expect(
    ails({}, { domains: [domain('0.0.0.0', { '@passwd': 'x' }), domain('127.0.0.1', {}), domain('::1', {})] }),
  ).toEqual([]);
});

test("links to the host's own volumes, and a default with a password, are nobody's business", () => {
  const diskLinks = ['vg-host', 'vg-publicity.root', 'other-public.root'].map((mapper) => ({
    path: '/dev/disk/x',
    mapper,
  }));
  const has = new Set([...ready.has, 'vnc-password']);
  expect(ails({ diskLinks, has, screenDefaults: [{ type: 'vnc', address: '::' }] })).toEqual([]);
});

test('QEMU that is not known is not said to be tried', () => {
  const other = deriveDesired(
    parseInventory('host: { name: management, address: 192.168.100.1/24, emulator: /opt/qemu }\nguests: {}'),
  );
  const facts = { ...ready, has: new Set([...ready.has].filter((word) => word !== 'kvm-boots')) };
  const checks = judgeHost(other, facts, known).filter(({ verdict }) => verdict !== 'good');
  expect(checks.map(({ name, found }) => `${name}: ${found}`)).toEqual([
    'KVM: /dev/kvm is there, and was not tried: no program is run because an inventory names it',
    'emulator: /opt/qemu is there, and is no QEMU that is known',
  ]);
});

test('a libvirtd that does not answer says why', () => {
  const { libvirt: _, ...rest } = known;
  const checks = judgeHost(desired, ready, { ...rest, libvirtError: 'nothing answers' });
  expect(checks.find(({ name }) => name === 'libvirt')).toMatchObject({ verdict: 'bad', found: 'nothing answers' });
});

test('a libvirt that is newer than all whose defaults are known is said', () => {
  const of = (lib: string) =>
    judgeHost(desired, ready, { ...known, libvirt: { lib, hypervisor: '10.0.2' } }).find(
      ({ name }) => name === 'libvirt',
    );
  expect(of('11.3.1')).toMatchObject({ verdict: 'good' });
  expect(of('11.4.0')).toMatchObject({
    verdict: 'doubtful',
    found: 'libvirt 11.4.0, QEMU 10.0.2: newer than 11.3.0, the last whose defaults are known',
  });
});
