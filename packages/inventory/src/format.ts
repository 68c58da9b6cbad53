import { eastAsianWidth } from 'get-east-asian-width';
import type { InventoryPath, Problem } from './problem.ts';
import { masked, quote } from './quote.ts';

const WIDEST_EXCERPT = 120;

/** How many cells of a terminal a text takes: East Asian characters take two, what is put onto another one none. */
const cellWidth = (text: string): number =>
  [...text].reduce((sum, each) => sum + (/\p{M}/u.test(each) ? 0 : eastAsianWidth(each.codePointAt(0) ?? 0)), 0);

/** Keys and positions with dots between them, `guests.db.disks.data`; other keys than plain words are quoted. */
export function formatPath(path: InventoryPath): string {
  return path.map((step) => (/^[\w+-]{1,100}$/.test(String(step)) ? String(step) : quote(String(step)))).join('.');
}

/** The part of a long line that holds the problem, and how far into it the problem begins. */
function windowOf({ excerpt, excerptColumn = 1, column }: Problem): { readonly text: string; readonly before: number } {
  const at = column - excerptColumn;
  if (excerpt.length <= WIDEST_EXCERPT) return { text: excerpt, before: at };
  const from = Math.max(0, Math.min(at - 40, excerpt.length - WIDEST_EXCERPT));
  return { text: excerpt.slice(from, from + WIDEST_EXCERPT), before: at - from };
}

/**
 * A problem as a person reads it, in plain text without colour and without a line break at its end:
 *
 * ```text
 * home.yaml:7:16: guests.web.vmid: VMID 61 is already used by db (home.yaml:6). Free: 62, 63, 64.
 *     7 |   web: { vmid: 61 }
 *       |                ^^
 *       Change line 7 or line 6.
 * ```
 */
export function formatProblem(problem: Problem): string {
  const { file, line, column, path, message, remedy } = problem;
  const { text, before } = windowOf(problem);
  const place = `${masked(file)}:${line}:${column}`;
  const margin = ' '.repeat(Math.max(5, String(line).length));
  const indent = masked(text.slice(0, before)).replace(/[^\t]+/g, (piece) => ' '.repeat(cellWidth(piece)));
  const underline = '^'.repeat(Math.max(1, cellWidth(masked(text.slice(before, before + problem.length)))));
  return [
    path.length === 0 ? `${place}: ${message}` : `${place}: ${formatPath(path)}: ${message}`,
    `${String(line).padStart(margin.length)} | ${masked(text)}`,
    `${margin} | ${indent}${underline}`,
    `${margin} ${remedy}`,
  ]
    .map((each) => each.trimEnd())
    .join('\n');
}
