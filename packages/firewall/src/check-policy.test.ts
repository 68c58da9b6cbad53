import { expect, test } from 'vitest';
import { seedPolicy, seedZones } from '../test/policies.ts';
import { checkPolicy, type PolicyRow, resolvePolicy } from './index.ts';

const row = (line: number, text: string, more: Partial<PolicyRow> = {}): PolicyRow => {
  const [from = '', to = '', ...services] = text.split(' ');
  return { from, to, services, action: 'accept', line, ...more };
};

const now = Date.UTC(2027, 0, 1) / 1000;
/** The last row says what is meant of the host, which is tested apart. */
const closed = row(99, 'anywhere host any', { action: 'drop' });
const find = (...rows: PolicyRow[]): string[] =>
  checkPolicy(resolvePolicy({ rows }, seedZones), now).map(({ code, row: about, other }) =>
    [code, about?.line, other?.line].filter((part) => part !== undefined).join(' '),
  );
const check = (...rows: PolicyRow[]): string[] => find(...rows, row(98, 'lan host ssh'), closed);

test("the seed's table leaves the host open, and else there is nothing to complain about", () => {
  expect(checkPolicy(resolvePolicy(seedPolicy, seedZones), now).map(({ code, row: about }) => [code, about])).toEqual([
    ['host-open', undefined],
  ]);
});

test.each<[string, PolicyRow[], string[]]>([
  ['rows that open it close nothing', [row(1, 'lan host ssh')], ['host-open 1']],
  ['closed to the LAN alone', [row(1, 'lan host ssh'), row(2, 'lan host any', { action: 'drop' })], ['host-open 1']],
  ['closed for one service', [row(1, 'anywhere host smtp', { action: 'drop' })], ['host-open']],
  [
    'closed up to a rate',
    [row(1, 'anywhere host any', { action: 'drop', limit: '5/minute' })],
    ['locks-out 1', 'host-open'],
  ],
  ['closed', [row(1, 'lan host ssh'), closed], []],
  ['everything is closed', [row(1, 'lan host ssh'), row(2, 'anywhere anywhere any', { action: 'drop' })], []],
  ['meant to be open', [row(1, 'anywhere host any')], ['too-wide 1']],
])('the host: %s', (_, rows, codes) => {
  expect(find(...rows)).toEqual(codes);
});

test.each<[string, PolicyRow[], string[]]>([
  ['the same again', [row(1, 'lan guests ssh'), row(2, 'lan guests tcp/22')], ['duplicate 2 1']],
  ['a part of an earlier row', [row(1, 'lan guests ssh rdp'), row(2, 'monitor db ssh')], ['shadowed 2 1']],
  [
    'against an earlier row',
    [row(1, 'lan guests any', { action: 'drop' }), row(2, 'lan db ssh')],
    ['contradictory 2 1'],
  ],
  ['an exception before the rule', [row(1, 'lan db ssh', { action: 'drop' }), row(2, 'lan guests ssh')], []],
  ['after a limit', [row(1, 'lan db ssh', { limit: '5/minute' }), row(2, 'lan db ssh', { action: 'drop' })], []],
  ['after one that ends', [row(1, 'lan db ssh', { expires: '2028-01-01' }), row(2, 'lan db ssh')], []],
  ['expired', [row(1, 'lan db ssh', { expires: '2026-12-31' }), row(2, 'lan db ssh')], ['expired 1']],
  ['everyone to everyone', [row(1, 'anywhere anywhere ssh')], ['too-wide 1', 'shadowed 98 1']],
  ['of the host to all of it', [row(1, 'lan lan http', { action: 'drop' }), row(2, 'lan host http')], []],
  ['all of it, and then the host', [row(1, 'lan anywhere http'), row(2, 'lan host http')], ['shadowed 2 1']],
  ['the host to itself', [row(1, 'host host ssh')], ['unreachable 1']],
  ['guests to anywhere on anything', [row(1, 'guests anywhere any')], ['too-wide 1']],
  ['replies of ICMP to guests', [row(1, 'lan db icmp/echo-reply'), row(2, 'lan lan icmp/3')], ['unreachable 1']],
  ['a reply among others', [row(1, 'lan db icmp/echo-reply ping')], []],
  ['first of several that cover it', [row(1, 'lan db tcp'), row(2, 'lan db ssh')], ['shadowed 2 1']],
  ['ICMPv6 in IPv4', [row(1, 'lan db icmp/8')], []],
  ['closing the host', [row(1, 'lan host any', { action: 'drop' })], ['contradictory 98 1', 'locks-out 1']],
  [
    'closing the host but for ssh',
    [row(1, 'lan host ssh'), row(2, 'lan host any', { action: 'drop' })],
    ['duplicate 98 1'],
  ],
])('%s', (_, rows, codes) => {
  expect(check(...rows)).toEqual(codes);
});

test('no family together', () => {
  const zones = {
    ...seedZones,
    named: [
      { name: 'old', addresses: ['10.0.0.1'] },
      { name: 'modern', addresses: ['fd00::9'] },
    ],
  };
  const rows = [row(1, 'old modern ssh'), row(2, 'old db icmpv6/128')];
  expect(checkPolicy(resolvePolicy({ rows }, zones), now).map(({ code }) => code)).toEqual([
    'unreachable',
    'unreachable',
    'host-open',
  ]);
});

test('both lines are named', () => {
  const rows = [row(10, 'lan guests ssh', { action: 'drop' }), row(12, 'lan db ssh')];
  expect(checkPolicy(resolvePolicy({ rows }, seedZones), now)[0]?.message).toBe(
    'line 12 (lan -> db: ssh accept) never decides: line 10 (lan -> guests: ssh drop) is before it and says otherwise; put a row like it before that one, or remove it',
  );
});

test('two thousand rows are compared in a moment', () => {
  const rows = Array.from({ length: 2000 }, (_, index) => row(index, `lan guests tcp/${1000 + index}`));
  const policy = resolvePolicy({ rows: [...rows, row(9999, 'lan db tcp/2999')] }, seedZones);
  const start = process.cpuUsage();
  expect(checkPolicy(policy, now).map(({ code }) => code)).toEqual(['shadowed', 'host-open']);
  expect(process.cpuUsage(start).user / 1e6).toBeLessThan(0.5);
});
