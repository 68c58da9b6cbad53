import { expect, test } from 'vitest';
import { formatRounded, formatSize } from './words.ts';

test.each([
  [0, '0 bytes'],
  [1, '1 bytes'],
  [1024, '1 KiB'],
  [1536 * 2 ** 20, '1536 MiB'],
  [8 * 2 ** 30, '8 GiB'],
  [1024 * 2 ** 40, '1024 TiB'],
])('%d is %s', (bytes, text) => expect(formatSize(bytes)).toBe(text));

test.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1000, '1.0 KiB'],
  [1536 * 2 ** 20, '1.5 GiB'],
  [99.96 * 2 ** 30, '100 GiB'],
  [999.9 * 2 ** 20, '1000 MiB'],
  [5e15, '4547 TiB'],
])('%d is roughly %s', (bytes, text) => expect(formatRounded(bytes)).toBe(text));
