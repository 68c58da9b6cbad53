import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plain as paint } from './paint.ts';
import { renderTable } from './table.ts';

test('what does not fit goes below, beginning with the first column again', () => {
  const columns = [{ heading: 'A' }, { heading: 'B', align: 'right' }, { heading: 'C' }] as const;
  const rows = [
    ['one', '1', 'x'],
    ['two', '20', ''],
  ];
  expect(renderTable(columns, rows, { paint })).toEqual(['A     B  C', 'one   1  x', 'two  20']);
  expect(renderTable(columns, rows, { paint, width: 8 })).toEqual([
    'A     B',
    'one   1',
    'two  20',
    '',
    'A    C',
    'one  x',
    'two',
  ]);
});

test('every cell is shown, in lines no longer than the terminal where cells allow', () => {
  const cell = fc.stringMatching(/^[a-z]{1,12}$/);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(cell, cell, cell), { minLength: 1 }),
      fc.integer({ min: 26, max: 60 }),
      (rows, width) => {
        const lines = renderTable([{ heading: 'A' }, { heading: 'B' }, { heading: 'C' }], rows, { paint, width });
        for (const word of rows.flat()) expect(lines.join('\n')).toContain(word);
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
      },
    ),
  );
});

test('a name with a line break or a tab makes no row and shifts no column', () => {
  const rows = [
    ['db\npublic  1', '1'],
    ['a\tb', '2'],
  ];
  expect(renderTable([{ heading: 'GUEST' }, { heading: 'N' }], rows, { paint })).toEqual([
    'GUEST         N',
    'db\uFFFDpublic  1  1',
    'a\uFFFDb           2',
  ]);
});
