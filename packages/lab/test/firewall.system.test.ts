import { needs } from '@kvm/ci/needs';
import { applyPolicy, type RunProgram } from '@kvm/firewall/run';
import { type Desired, deriveDesired } from '@kvm/host';
import { parseInventory } from '@kvm/inventory';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isRight, type Lab, labDown, labTest, labUp, openLab, type Reach } from '../src/index.ts';
import { execIn } from '../src/sandbox.ts';

const skip = needs('root', 'libvirtd', 'qemu-system-x86_64', 'tcpdump', 'nft', 'iptables', 'ipset');

/** A server room with the seven rows that it began with. */
const desired: Desired = deriveDesired(
  parseInventory(`
host: { name: labwall, address: 192.168.100.1/24, address6: "fd00:100::1/64" }
ranges: { ipv6: "fd00:61::/48" }
machines:
  hoge: [192.168.100.2, "fd00:100::2"]
  monitor: [192.168.100.9, "fd00:100::9"]
guests:
  common: { vmid: 60 }
  public: { vmid: 65 }
policy:
  - { from: lan, to: guests, service: ssh }
  - { from: lan, to: guests, service: rdp }
  - { from: monitor, to: guests, service: snmp }
  - { from: guests, to: common, service: syslog }
  - { from: guests, to: common, service: ldap }
  - { from: guests, to: common, service: nfs4 }
  - { from: guests, to: common, service: smtp }
`),
);

/** What each row opens, and nothing else; between the LAN and the host no row decides, and nothing of ours does. */
const cells = [
  ...['hoge', 'monitor'].flatMap((from) => ['common', 'public'].map((to) => `${from} -> ${to}: tcp/22`)),
  ...['hoge', 'monitor'].flatMap((from) => ['common', 'public'].map((to) => `${from} -> ${to}: tcp/3389`)),
  ...['common', 'public'].map((to) => `monitor -> ${to}: udp/161`),
  'public -> common: tcp/514',
  'public -> common: udp/514',
  'public -> common: tcp/389',
  'public -> common: tcp/2049',
  'public -> common: tcp/25',
];
const isOurs = ({ from, to }: Reach): boolean => [from, to].some((name) => ['common', 'public'].includes(name));

describe.skipIf(skip)('a lab with a policy', () => {
  let lab: Lab;

  beforeAll(async () => {
    ({ lab } = await labUp(desired));
  });
  afterAll(() => labDown('labwall'));

  // Real packets through iptables, without a lab, are in the tests of @kvm/firewall.
  test.each(process.env.KVM_SOAK ? (['nft', 'iptables'] as const) : (['nft'] as const))(
    '%s: each row opens its cell, all else is closed, and lies get nowhere',
    async (backEnd) => {
      const { policy } = (await openLab(desired)).plan;
      const run: RunProgram = (command, input = '') => execIn(lab.host, command, { input });
      if (policy !== undefined && backEnd === 'iptables') await applyPolicy(policy, { run, backEnd });
      const reach = await labTest(lab);
      expect(reach.filter(({ trials }) => !trials.every(isRight))).toEqual([]);
      for (const six of [false, true]) {
        const family = reach.filter(({ source }) => source.includes(':') === six);
        const open = family
          .filter((way) => way.as === undefined && isOurs(way))
          .flatMap(({ from, to, trials }) =>
            trials.filter(({ found }) => found === 'open').map(({ service }) => `${from} -> ${to}: ${service}`),
          );
        expect(open.sort()).toEqual([...cells].sort());
        const lies = family.filter(({ as }) => as !== undefined).flatMap(({ trials }) => trials);
        expect(lies.length).toBeGreaterThan(10);
        expect(new Set(lies.map(({ found }) => found))).toEqual(new Set(['closed']));
      }
    },
  );
});
