import { cellWidth, characterWidth } from '../output/cell-width.ts';
import { oneLine } from '../output/clean.ts';

/** The text in exactly so many cells: filled up with spaces, or cut; safe to show, whatever it is. */
export function fit(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const line = oneLine(text.replace(/[\n\t]/g, ' '));
  const space = width - cellWidth(line);
  if (space >= 0) return align === 'right' ? ' '.repeat(space) + line : line + ' '.repeat(space);
  let used = 0;
  let cut = '';
  for (const character of line) {
    used += characterWidth(character);
    if (used > width) break;
    cut += character;
  }
  return cut + ' '.repeat(Math.max(0, width - cellWidth(cut)));
}
