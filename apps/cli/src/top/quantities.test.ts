import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cellWidth } from '../output/cell-width.ts';
import { fit } from './cells.ts';
import { parseListenAddress } from './listen-address.ts';
import { parseCpuTicks, parseMemory } from './proc.ts';
import { formatRate, formatShort } from './quantities.ts';
import { sparkline } from './sparkline.ts';

test.each([
  ...([
    [0, '0'],
    [900, '900'],
    [999.6, '0.98K'],
    [1024, '1.00K'],
    [30566.4, '29.9K'],
    [102_400, '100K'],
    [1023 * 1024, '1.00M'],
  ] as const),
  ...([
    [1024 ** 3, '1.00G'],
    [2 ** 70, '1048576P'],
  ] as const),
])('%d bytes are %s', (bytes, text) => {
  expect(formatShort(bytes)).toBe(text);
});

test('any number of bytes has five characters at most', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 2 ** 59, noNaN: true }), (bytes) => {
      expect(formatShort(bytes).length).toBeLessThanOrEqual(5);
    }),
  );
});

test('rates are those of iostat', () => {
  expect([30566.4, 3 * 1024 ** 2].map(formatRate)).toEqual(['29.85 kB/s', '3.00 MB/s']);
});

test('sparklines show the newest, relative to the largest', () => {
  expect(sparkline([0, 1, 2, 8], 6)).toBe('   ▁▂█');
  expect(sparkline([5, 1, 2, 4], 3)).toBe('▂▄█');
  expect(sparkline([0, 1, 2, 8], 4, true)).toBe(' _.#');
  expect(sparkline([], 3)).toBe('   ');
  expect(sparkline([1], 0)).toBe('');
});

test('text is fitted into cells, wide characters and marks included', () => {
  expect(fit('db', 4)).toBe('db  ');
  expect(fit('12', 4, 'right')).toBe('  12');
  expect(fit('日本語', 5)).toBe('日本 ');
  expect(fit('a\nb\x1b[2J', 6)).toBe('a b\uFFFD[2');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(30), (text, width) => {
      expect(cellWidth(fit(text, width))).toBe(width);
    }),
  );
});

test.each([
  ['9177', { host: '127.0.0.1', port: 9177 }],
  [':9177', { port: 9177 }],
  ['192.168.100.1:0', { host: '192.168.100.1', port: 0 }],
  ['management:80', { host: 'management', port: 80 }],
  ['[fd00:100::1]:9177', { host: 'fd00:100::1', port: 9177 }],
  ['65536', undefined],
  ['fd00::1:80', undefined],
  ['http://x:80', undefined],
  ['', undefined],
])('the address %j', (text, address) => {
  expect(parseListenAddress(text)).toEqual(address);
});

test("the kernel's files", () => {
  expect(parseCpuTicks('cpu  100 20 30 800 40 5 5 1 99 9\ncpu0 1 2 3')).toEqual({ busy: 161, total: 1001 });
  expect(parseMemory('MemTotal:   100 kB\nMemFree:  1 kB\nMemAvailable:   40 kB\n')).toEqual({
    memoryBytes: 102_400,
    availableBytes: 40_960,
  });
});
