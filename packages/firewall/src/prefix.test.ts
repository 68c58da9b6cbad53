import { isIPv6 } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { covers, lastOf, parsePrefix, prefixOf } from './prefix.ts';

test.each([
  ['192.168.100.0/24', '192.168.100.0/24'],
  ['192.168.100.2/32', '192.168.100.2'],
  ['0.0.0.0/0', '0.0.0.0/0'],
  ['FD00:0:0:0:0:0:0:1', 'fd00::1'],
  ['::', '::'],
  ['::1', '::1'],
  ['1::', '1::'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
  ['fd00:61:0:65::/64', 'fd00:61:0:65::/64'],
])('%s is %s', (text, canonical) => {
  expect(parsePrefix(text)?.text).toBe(canonical);
});

test.each([
  '',
  '1.2.3',
  '1.2.3.4.5',
  '1.2.3.256',
  '01.2.3.4',
  '1.2.3.4/33',
  '1.2.3.4/24',
  '1.2.3.4/',
  '::1::',
  ':1',
  '1:2:3:4:5:6:7:8:9',
  'fd00::/129',
  '::ffff:1.2.3.4',
  '1.2.3.4\n',
  'host',
])('%j is none', (text) => {
  expect(parsePrefix(text)).toBeUndefined();
});

test('every IPv6 address is written so that it is read again', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(0n, 0n, 1n, 0xffffn), { minLength: 8, maxLength: 8 }), (groups) => {
      const address = prefixOf(
        groups.reduce<bigint>((sum, group) => (sum << 16n) | group, 0n),
        6,
      );
      expect(isIPv6(address.text)).toBe(true);
      expect(parsePrefix(address.text)).toEqual(address);
    }),
  );
});

test('a block covers from its first to its last', () => {
  const block = parsePrefix('172.16.64.0/18') ?? prefixOf(0n, 4);
  const inside = [block.first, lastOf(block)].map((each) => covers(block, prefixOf(each, 4)));
  const outside = [block.first - 1n, lastOf(block) + 1n].map((each) => covers(block, prefixOf(each, 4)));
  expect([...inside, ...outside]).toEqual([true, true, false, false]);
});
