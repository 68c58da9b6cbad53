import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatRate, formatShort } from './quantities.ts';

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
