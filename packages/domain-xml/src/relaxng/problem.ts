/** Something that the schema does not allow. */
export interface SchemaProblem {
  /** From 1. */
  readonly line: number;
  /** From 1, in characters. */
  readonly column: number;
  /** `/domain/devices/disk[2]/target`, counted from 1 as XPath does. */
  readonly path: string;
  /** What is wrong, what was expected, and what may have been meant. */
  readonly message: string;
  /** All that may stand in its place: values, or names of attributes or elements. */
  readonly expected: readonly string[];
  /** The expected one that is spelled most like what was found. */
  readonly suggestion: string | undefined;
}

/** More than anybody mends before looking again: behind them, nothing is looked at. */
export const mostProblems = 100;

/** Names in a document may be as long as the document. */
const cut = (text: string): string => (text.length > 600 ? `${text.slice(0, 600)}…` : text);

/** A problem on one line: `domain.xml:31:15 /domain/devices/disk[2]/target: bus="virtoi" is not one of ...` */
export const renderSchemaProblem = ({ line, column, path, message }: SchemaProblem, file: string): string =>
  `${file}:${line}:${column} ${cut(path)}: ${cut(message)}`;

const shownAtMost = 16;

/** `ide, fdc, scsi`, shortened when there are many. */
export const listed = (names: readonly string[], most = shownAtMost): string =>
  names.length <= most ? names.join(', ') : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;

export const didYouMean = (suggestion: string | undefined): string =>
  suggestion === undefined ? '' : `. Did you mean ${suggestion}?`;

/** The candidate that differs in the fewest letters left out, added, changed or swapped: at most one in three. */
export function nearest(found: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.min(3, Math.floor(Math.max(found.length, 3) / 3) + 1);
  if (found.length > 64) return undefined;
  for (const candidate of candidates) {
    if (candidate.length > 64 || Math.abs(candidate.length - found.length) >= least) continue;
    const distance = editDistance(found.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const steps = [
        (above[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (same ? 0 : 1),
      ];
      if (swapped) steps.push((before[column - 2] ?? 0) + 1);
      current.push(Math.min(...steps));
    }
    [before, above] = [above, current];
  }
  return above[b.length] ?? 0;
}
