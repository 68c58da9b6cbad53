import { safeLabel } from './label.ts';
import type { ResolvedRow } from './resolved.ts';

/** `line 12: lan -> guests: ssh accept`, or `lines 12-14,17` for several rows; rows without a line count from `row 1`. */
export function ruleComment(rows: readonly ResolvedRow[], most: number): string {
  const [only, ...more] = rows;
  if (only === undefined) return '';
  const word = only.line === undefined ? 'row' : 'line';
  // Rows that follow from one line, as those of shared services, share its number.
  const numbers = [...new Set(rows.map(({ line, index }) => line ?? index + 1))];
  if (more.length === 0) {
    const comment = only.comment === undefined ? '' : ` (${only.comment})`;
    return safeLabel(`${word} ${numbers.join()}: ${only.title}${comment}`, most);
  }
  return safeLabel(`${word}s ${spans(numbers).join()}`, most);
}

function spans(numbers: readonly number[]): string[] {
  const found: { first: number; last: number }[] = [];
  for (const number of numbers) {
    const open = found.at(-1);
    if (open !== undefined && number === open.last + 1) open.last = number;
    else found.push({ first: number, last: number });
  }
  return found.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`));
}
