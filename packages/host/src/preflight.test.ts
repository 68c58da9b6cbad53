import { parseInventory } from '@kvm/inventory';
import { expect, test } from 'vitest';
import { deriveDesired, type HostFacts, judgeHost, type Known } from './index.ts';

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
    { daemons: ['docker'], dropping: ['iptables'] },
    {},
    /^bad other firewalls: docker drops what is forwarded/,
  ],
  [
    'another address',
    { addresses: ['10.0.0.1/8'] },
    {},
    /^doubtful uplink: eth0 has 10.0.0.1\/8, and the inventory says 192.168.100.1\/24/,
  ],
  ['a full file system', { space: [{ path: '/var', kib: 5000 }] }, {}, /^doubtful space: \/var has 4 MiB free/],
])('%s is told with what to do', (_, facts, more, says) => {
  expect(ails(facts, more)).toEqual([expect.stringMatching(says)]);
});

test('a libvirtd that does not answer says why', () => {
  const { libvirt: _, ...rest } = known;
  const checks = judgeHost(desired, ready, { ...rest, libvirtError: 'nothing answers' });
  expect(checks.find(({ name }) => name === 'libvirt')).toMatchObject({ verdict: 'bad', found: 'nothing answers' });
});
