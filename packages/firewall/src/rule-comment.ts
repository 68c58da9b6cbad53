import { safeLabel } from './label.ts';
import type { ResolvedRow } from './resolved.ts';

/**
 * `row 1: lan -> guests: ssh accept`, or `rows 1-3,6` for several. Not by the inventory's lines: those change with a comment
 * in it, and the rules do not.
 */
export function ruleComment(rows: readonly ResolvedRow[], most: number): string {
  const [only, ...more] = rows;
  if (only === undefined) return '';
  if (more.length === 0) {
    const comment = only.comment === undefined ? '' : ` (${only.comment})`;
    return safeLabel(`row ${only.index + 1}: ${only.title}${comment}`, most);
  }
  return safeLabel(`rows ${spans([...new Set(rows.map(({ index }) => index + 1))]).join()}`, most);
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
