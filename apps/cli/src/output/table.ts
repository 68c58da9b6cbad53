import { cellWidth } from './cell-width.ts';
import { oneLine } from './clean.ts';
import type { Paint } from './paint.ts';

/** A column of a table: its heading, and how its cells stand. */
export interface Column {
  readonly heading: string;
  readonly align?: 'right';
}

const gap = '  ';

/**
 * Lines of aligned columns. What does not fit into the width goes on in a further table below, whose rows begin with the
 * first column again. Cells are cleaned before they are measured, so that none of them shifts the others.
 *
 * @param width in cells; absent where nobody looks, and a table stays in one piece
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  { paint, width = Number.POSITIVE_INFINITY }: { readonly paint: Paint; readonly width?: number | undefined },
): readonly string[] {
  const clean = rows.map((row) => row.map(oneLine));
  const widths = columns.map(({ heading }, index) =>
    clean.reduce((widest, row) => Math.max(widest, cellWidth(row[index] ?? '')), heading.length),
  );
  const line = (group: readonly number[], cells: readonly string[]): string =>
    group
      .map((index) => {
        const cell = cells[index] ?? '';
        const space = ' '.repeat(Math.max(0, (widths[index] ?? 0) - cellWidth(cell)));
        return columns[index]?.align === 'right' ? space + cell : cell + space;
      })
      .join(gap)
      .trimEnd();
  const headings = columns.map(({ heading }) => heading);
  return groupsThatFit(widths, width)
    .map((group) => [paint.dim(line(group, headings)), ...clean.map((row) => line(group, row))])
    .flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

/** Indices of the columns of each table. */
function groupsThatFit(widths: readonly number[], width: number): readonly (readonly number[])[] {
  const groups: number[][] = [];
  let group: number[] = [];
  let used = 0;
  for (const [index, size] of widths.entries()) {
    if (group.length > 1 && used + gap.length + size > width) {
      groups.push(group);
      group = [0];
      used = widths[0] ?? 0;
    }
    used += size + (group.length > 0 ? gap.length : 0);
    group.push(index);
  }
  return [...groups, group];
}
