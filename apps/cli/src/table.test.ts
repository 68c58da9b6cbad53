import fc from 'fast-check';
import pc from 'picocolors';
import { expect, test } from 'vitest';
import { renderTable } from './table.ts';

const paint = pc.createColors(false);

test('what does not fit goes below, beginning with the first column again', () => {
  const columns = [{ heading: 'A' }, { heading: 'B', align: 'right' }, { heading: 'C' }] as const;
  const rows = [
    ['one', '1', 'x'],
    ['two', '20', ''],
  ];
  expect(renderTable(columns, rows, { paint })).toBe('A     B  C\none   1  x\ntwo  20');
  expect(renderTable(columns, rows, { paint, width: 8 })).toBe('A     B\none   1\ntwo  20\n\nA    C\none  x\ntwo');
});

test('every cell is shown, in lines no longer than the terminal where cells allow', () => {
  const cell = fc.stringMatching(/^[a-z]{1,12}$/);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(cell, cell, cell), { minLength: 1 }),
      fc.integer({ min: 26, max: 60 }),
      (rows, width) => {
        const text = renderTable([{ heading: 'A' }, { heading: 'B' }, { heading: 'C' }], rows, { paint, width });
        for (const word of rows.flat()) expect(text).toContain(word);
        for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(width);
      },
    ),
  );
});
