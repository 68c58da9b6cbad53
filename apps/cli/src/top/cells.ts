import { oneLine } from '../output/clean.ts';

/** East Asian characters and pictures take two cells of a terminal. */
const wide =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}|[\u{20000}-\u{3FFFD}]/u;
const mark = /\p{M}/u;

const widthOf = (character: string): number => (mark.test(character) ? 0 : wide.test(character) ? 2 : 1);

/** How many cells of a terminal a text takes. */
export const cellWidth = (text: string): number => [...text].reduce((sum, character) => sum + widthOf(character), 0);

/** The text in exactly so many cells: filled up with spaces, or cut; safe to show, whatever it is. */
export function fit(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const line = oneLine(text.replace(/[\n\t]/g, ' '));
  const space = width - cellWidth(line);
  if (space >= 0) return align === 'right' ? ' '.repeat(space) + line : line + ' '.repeat(space);
  let used = 0;
  let cut = '';
  for (const character of line) {
    used += widthOf(character);
    if (used > width) break;
    cut += character;
  }
  return cut + ' '.repeat(Math.max(0, width - cellWidth(cut)));
}
