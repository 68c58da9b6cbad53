import { describe, expect, test } from 'vitest';
import { seedPolicy, seedZones } from '../test/policies.ts';
import { evaluate, explain, FirewallError, makePacket, type Packet, resolvePolicy } from './index.ts';

const policy = resolvePolicy(seedPolicy, seedZones);
const packet = (from: string, to: string, port: number, more: Partial<Packet> = {}): Packet => ({
  ...makePacket(policy, { from, to, protocol: 6, port }),
  ...more,
});
const decided = (each: Packet): string => {
  const { action, by } = evaluate(policy, each);
  return `${action} ${typeof by === 'string' ? by : by.line}`;
};

describe("the seed's table", () => {
  test.each([
    ['192.168.100.2', '172.16.65.1', 22, 'accept 10'],
    ['fd00:100::2', 'fd00:61:0:65::1', 3389, 'accept 11'],
    ['192.168.100.2', '172.16.65.1', 80, 'drop closed'],
    ['172.16.65.1', '192.168.100.5', 389, 'accept 14'],
    ['172.16.65.1', '192.168.100.6', 389, 'drop closed'],
    ['172.16.65.1', '172.16.66.1', 22, 'drop closed'],
    ['172.16.65.1', '172.16.65.254', 22, 'drop closed'],
    ['192.168.100.1', '172.16.65.1', 443, 'drop closed'],
    ['192.168.100.2', '192.168.100.1', 443, 'accept not-ours'],
    ['10.0.0.1', '172.16.65.1', 22, 'drop closed'],
  ])('%s -> %s port %i: %s', (from, to, port, verdict) => {
    expect(decided(packet(from, to, port))).toBe(verdict);
  });
});

test.each<[string, Packet, string]>([
  ["another's tap", packet('172.16.65.1', '192.168.100.5', 25, { inInterface: 'tun66' }), 'drop spoofed'],
  ["another's MAC address", packet('172.16.65.1', '192.168.100.5', 25, { mac: '52:54:00:61:66:01' }), 'drop spoofed'],
  [
    "a guest's address from the LAN",
    packet('172.16.65.1', '192.168.100.1', 25, { inInterface: 'eth0' }),
    'drop spoofed',
  ],
  [
    'spoofed and established',
    packet('172.16.65.1', '192.168.100.5', 25, { inInterface: 'tun66', state: 'established' }),
    'drop spoofed',
  ],
  ['established', packet('192.168.100.5', '172.16.65.1', 40000, { state: 'established' }), 'accept established'],
  ['invalid', packet('192.168.100.2', '172.16.65.1', 22, { state: 'invalid' }), 'drop invalid'],
])('%s: %s', (_, each, verdict) => {
  expect(decided(each)).toBe(verdict);
});

test('a row is void from the moment it expires', () => {
  const until = resolvePolicy(
    { rows: [{ from: 'lan', to: 'db', services: ['ssh'], action: 'accept', expires: '2027-01-01' }] },
    seedZones,
  );
  const at = (time: number): string =>
    evaluate(until, makePacket(until, { from: '192.168.100.2', to: '172.16.67.1', protocol: 6, port: 22, time }))
      .action;
  const moment = Date.UTC(2027, 0, 1) / 1000;
  expect([at(moment - 1), at(moment)]).toEqual(['accept', 'drop']);
});

test('explain names the line that decides, or the reason', () => {
  expect(explain(policy, packet('192.168.100.2', '172.16.65.1', 22))).toBe(
    'new tcp/22 from 192.168.100.2 (eth0) to 172.16.65.1 (tun65): accept, by line 10 (lan -> guests: ssh accept)',
  );
  expect(explain(policy, packet('192.168.100.2', '172.16.65.1', 23))).toBe(
    'new tcp/23 from 192.168.100.2 (eth0) to 172.16.65.1 (tun65): drop, because no row opens it, and it is to or from a guest',
  );
});

test('addresses of two families make no packet', () => {
  expect(() => packet('192.168.100.2', 'fd00::1', 22)).toThrow(FirewallError);
});

test('ICMP that opens no connection is invalid at a tap, whatever the rows say', () => {
  const rows = [{ from: 'lan', to: 'anywhere', services: ['icmp', 'icmpv6'], action: 'accept' as const }];
  const open = resolvePolicy({ rows }, seedZones);
  const asked = (to: string, protocol: number, icmpType: number): string => {
    const from = to.includes(':') ? 'fd00:100::2' : '192.168.100.2';
    const { action, by } = evaluate(open, makePacket(open, { from, to, protocol, icmpType }));
    return `${icmpType} ${action} ${typeof by === 'string' ? by : 'row'}`;
  };
  expect([8, 13, 0, 3].map((type) => asked('172.16.65.1', 1, type))).toEqual([
    '8 accept row',
    '13 accept row',
    '0 drop invalid',
    '3 drop invalid',
  ]);
  expect([128, 129, 1].map((type) => asked('fd00:61:0:65::1', 58, type))).toEqual([
    '128 accept row',
    '129 drop invalid',
    '1 drop invalid',
  ]);
  expect(asked('192.168.100.9', 1, 0)).toBe('0 accept row'); // not at a tap: connection tracking drops nothing
});

test('what comes to a forwarded port of the host is judged as what the guest gets', () => {
  const catchAll = { from: 'anywhere', to: 'guests', services: ['any'], action: 'drop' as const, line: 20 };
  const forwards = [{ from: 'lan', service: 'tcp/8080', guest: 'public', port: 80 }];
  const told = (rows: (typeof catchAll)[], from: string): string => {
    const resolved = resolvePolicy({ rows, forwards }, seedZones);
    return explain(resolved, makePacket(resolved, { from, to: '192.168.100.1', protocol: 6, port: 8080 }));
  };
  const handed = 'to 172.16.65.1 (tun65), by the forward of 192.168.100.1 tcp/8080';
  expect(told([catchAll], '192.168.100.2')).toBe(
    `new tcp/80 from 192.168.100.2 (eth0) ${handed}: drop, by line 20 (anywhere -> guests: any drop)`,
  );
  expect(told([], '192.168.100.2')).toContain(`${handed}: accept, by row 1 (lan -> public: tcp/80 accept)`);
  expect(told([catchAll], '10.0.0.1')).toMatch(/tcp\/8080 .* to 192\.168\.100\.1 \(host\): accept/);
});
