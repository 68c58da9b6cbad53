import { describe, expect, test } from 'vitest';
import { seedZones } from '../test/policies.ts';
import { evaluate, type FirewallZones, makePacket, type Packet, type PolicyRow, resolvePolicy } from './index.ts';

const row = (line: number, text: string, action: PolicyRow['action']): PolicyRow => {
  const [from = '', to = '', service = ''] = text.split(' ');
  return { from, to, services: [service], action, line };
};

/** A host whose IPv6 address the inventory does not know. */
const zones: FirewallZones = {
  ...seedZones,
  host: { addresses: ['192.168.100.1', '172.16.65.254'], uplink: 'eth0' },
  lan: ['192.168.100.0/24'],
};
const rows = [
  row(1, 'lan host ssh', 'accept'),
  row(2, 'host db postgresql', 'accept'),
  row(3, 'anywhere host any', 'drop'),
];
const policy = resolvePolicy({ rows }, zones);

/** A packet by an interface that this host itself receives. */
function received(from: string, to: string, port: number, inInterface = 'eth0'): Packet {
  const { outInterface, ...packet } = makePacket(policy, { from, to, protocol: 6, port });
  return { ...packet, inInterface, mac: '02:00:00:00:00:01' };
}

const verdict = (packet: Packet, of = policy): string => {
  const { action, by } = evaluate(of, packet);
  return `${action} ${typeof by === 'string' ? by : by.line}`;
};

describe('to the host is what the host receives, on whichever address', () => {
  test.each([
    ['192.168.100.2', '192.168.100.1', 22, 'accept 1'],
    ['192.168.100.2', '192.168.100.77', 22, 'accept 1'],
    ['192.168.100.2', '192.168.100.1', 25, 'drop 3'],
    ['192.168.100.2', '192.168.100.77', 25, 'drop 3'],
    ['203.0.113.9', '10.77.0.1', 22, 'drop 3'],
    ['192.168.100.2', '192.168.100.255', 137, 'drop 3'],
    ['192.168.100.2', '255.255.255.255', 67, 'drop 3'],
    ['192.168.100.2', '224.0.0.251', 5353, 'drop 3'],
    ['2001:db8::9', '2001:db8:1::1', 22, 'drop 3'],
    ['fe80::9', 'fe80::1', 22, 'drop 3'],
    ['fe80::9', 'ff02::fb', 5353, 'drop 3'],
  ])('%s -> %s port %i: %s', (from, to, port, expected) => {
    expect(verdict(received(from, to, port))).toBe(expected);
  });

  test('makePacket knows broadcasts, groups and link-local addresses for the host', () => {
    for (const to of ['192.168.100.255', '255.255.255.255', '224.0.0.251'])
      expect(makePacket(policy, { from: '192.168.100.2', to, protocol: 17, port: 1 }).outInterface).toBeUndefined();
    for (const to of ['fe80::7', 'ff02::1'])
      expect(makePacket(policy, { from: 'fe80::9', to, protocol: 17, port: 1 }).outInterface).toBeUndefined();
  });

  test('what passes the host on is not to the host', () => {
    const passed = makePacket(policy, { from: '192.168.100.2', to: '203.0.113.9', protocol: 6, port: 25 });
    expect(verdict(passed)).toBe('accept not-ours');
  });

  test('what a link needs comes in, and what answers the DHCPv6 client', () => {
    const link = { ...received('fe80::9', 'ff02::1', 0), protocol: 58, icmpType: 134 };
    expect(verdict(link)).toBe('accept link');
    expect(verdict({ ...received('fe80::9', 'fe80::1', 546), protocol: 17 })).toBe('accept link');
    expect(verdict({ ...received('2001:db8::9', 'fe80::1', 546), protocol: 17 })).toBe('drop 3');
  });
});

describe('from the host is what the host sends', () => {
  test('by whichever of its addresses', () => {
    const { inInterface, mac, ...sent } = makePacket(policy, {
      from: '192.168.100.77',
      to: '172.16.67.1',
      protocol: 6,
      port: 5432,
    });
    expect(verdict(sent)).toBe('accept 2');
  });

  test("and not what somebody sends in the host's name", () => {
    const forged = { ...makePacket(policy, { from: '192.168.100.1', to: '172.16.67.1', protocol: 6, port: 5432 }) };
    expect(verdict({ ...forged, inInterface: 'eth0', mac: '02:00:00:00:00:01' })).toBe('drop closed');
  });
});

describe('the ranges and all taps are closed, whoever has them', () => {
  const open = resolvePolicy({ rows: [row(1, 'anywhere anywhere any', 'accept')] }, zones);
  const some = makePacket(open, { from: '192.168.100.2', to: '172.16.65.1', protocol: 6, port: 22 });
  test.each<[string, Packet, string]>([
    [
      'from a tap of no guest',
      { ...received('172.16.61.1', '192.168.100.1', 22), inInterface: 'tun61' },
      'drop spoofed',
    ],
    [
      'from a tap of no guest, forged',
      { ...received('192.168.100.9', '192.168.100.1', 22), inInterface: 'tun61' },
      'drop spoofed',
    ],
    ['by a tap of no guest', { ...some, outInterface: 'tun61' }, 'drop no-such-guest'],
    ["by another's tap", { ...some, outInterface: 'tun66' }, 'drop no-such-guest'],
    [
      'by a tap of no guest, established',
      { ...some, outInterface: 'tun61', state: 'established' },
      'drop no-such-guest',
    ],
    [
      'to no guest',
      makePacket(open, { from: '192.168.100.2', to: '172.16.61.1', protocol: 6, port: 22 }),
      'drop no-such-guest',
    ],
    [
      'to no guest, IPv6',
      makePacket(open, { from: 'fd00:100::2', to: 'fd00:61:0:61::1', protocol: 6, port: 22 }),
      'drop no-such-guest',
    ],
    ['from the LAN as no guest', received('172.16.61.1', '192.168.100.1', 22), 'drop spoofed'],
    ['from the LAN as no guest, IPv6', received('fd00:61:0:61::1', 'fe80::1', 22), 'drop spoofed'],
    ['from the LAN as a guest', received('172.16.65.1', '192.168.100.1', 22), 'drop spoofed'],
    [
      "a VPN's tun0 is no tap",
      { ...some, from: makePacket(open, { from: '10.8.0.2', to: '10.8.0.1', protocol: 6 }).from, inInterface: 'tun0' },
      'accept 1',
    ],
  ])('%s', (_, packet, expected) => {
    expect(verdict(packet, open)).toBe(expected);
  });

  test('a group and a broadcast of a guest end at its tap', () => {
    for (const to of ['224.0.0.251', '255.255.255.255'])
      expect(verdict(makePacket(open, { from: '172.16.65.1', to, protocol: 17, port: 5353 }), open)).toBe(
        'drop closed',
      );
  });

  test('a named block within the ranges may be elsewhere, and needs rows', () => {
    const docker = { ...zones, named: [{ name: 'docker', addresses: ['172.17.0.0/16'] }] };
    const ask = (own: readonly PolicyRow[]): string => {
      const of = resolvePolicy({ rows: own }, docker);
      const packet = makePacket(of, { from: '172.17.0.2', to: '203.0.113.9', protocol: 6, port: 443 });
      return verdict({ ...packet, inInterface: 'docker0' }, of);
    };
    expect(ask([])).toBe('drop closed');
    expect(ask([row(1, 'docker anywhere any', 'accept')])).toBe('accept 1');
  });
});

test('a forward is not for what the host itself sends', () => {
  const forwards = [{ from: 'host', service: 'tcp/8080', guest: 'public', port: 80 }];
  expect(() => resolvePolicy({ rows: [], forwards }, zones)).toThrow(/What the host itself sends/);
});

test.each([
  ['tun0', 'does not begin like'],
  ['tap65', 'does not begin like'],
])('tap %s is refused', (tap, message) => {
  const [first] = seedZones.guests;
  if (first === undefined) throw new Error('no guest');
  expect(() => resolvePolicy({ rows: [] }, { ...zones, guests: [{ ...first, tap }] })).toThrow(message);
});

test('an uplink that looks like a tap is refused', () => {
  expect(() => resolvePolicy({ rows: [] }, { ...zones, host: { ...zones.host, uplink: 'tun7' } })).toThrow(/uplink/);
});
