import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatSize, parseSize } from './sizes.ts';

describe('a size', () => {
  test.each([
    ['8GiB', 8 * 2 ** 30],
    ['500M', 500 * 2 ** 20],
    ['1.5 T', 1.5 * 2 ** 40],
    [' 64k ', 65536],
    ['4096B', 4096],
    ['1p', 2 ** 50],
  ])('%j is %d bytes', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  test.each([
    ['8', 'has no unit'],
    ['8GB', 'may mean powers of 1000 or of 1024'],
    ['-1G', 'is not a size'],
    ['8 Gi', 'is not a size'],
    ['', 'is not a size'],
    ['1e3M', 'is not a size'],
    ['0.5B', 'is not a whole number of bytes'],
    ['999999999999P', 'is not a whole number of bytes'],
  ])('%j %s', (text, fault) => {
    expect(() => parseSize(text)).toThrow(`${fault}. Write 8GiB or 500M for instance.`);
  });

  test.each([
    [0, '0 bytes'],
    [512, '512 bytes'],
    [1536, '1.5 KiB'],
    [8 * 2 ** 30, '8 GiB'],
    [8 * 2 ** 30 + 4 * 2 ** 20, '8196 MiB'],
  ])('%d is written %s', (bytes, text) => {
    expect(formatSize(bytes)).toBe(text);
  });

  test('is read back as it was written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 44 - 1 }), (sectors) => {
        const written = formatSize(sectors * 512).replace(' bytes', 'B');
        expect(parseSize(written)).toBe(sectors * 512);
      }),
    );
  });
});
