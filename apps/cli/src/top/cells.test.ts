import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cellWidth } from '../output/cell-width.ts';
import { fit } from './cells.ts';

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
