import type { InventoryPath, LateFinding, Problem, RelatedPlace } from '../problem.ts';
import { cut } from '../quote.ts';

/** From and to, as offsets into the text; `to` is not part of it. */
export type Span = readonly [from: number, to: number];

/** A file's text, and where in it lines begin. */
export interface Source {
  readonly file: string;
  /** Without a byte order mark. */
  readonly text: string;
  readonly lineStarts: readonly number[];
}

export function openSource(text: string, file: string): Source {
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const lineStarts = [0];
  for (let at = body.indexOf('\n'); at !== -1; at = body.indexOf('\n', at + 1)) lineStarts.push(at + 1);
  return { file, text: body, lineStarts };
}

/** Index into `lineStarts` of the line that holds the offset. */
function lineIndex({ lineStarts }: Source, offset: number): number {
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((lineStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

export function placeOf(source: Source, offset: number): { readonly line: number; readonly column: number } {
  const index = lineIndex(source, offset);
  return { line: index + 1, column: offset - (source.lineStarts[index] ?? 0) + 1 };
}

/** A line's text without its line break; lines count from 1. */
export function lineText({ text, lineStarts }: Source, line: number): string {
  const next = lineStarts[line];
  if (next === undefined) return text.slice(lineStarts[line - 1]);
  return text.slice(lineStarts[line - 1], text[next - 2] === '\r' ? next - 2 : next - 1);
}

/** What a problem shows of a line that is longer than twice as much, before and behind the place. */
const EXCERPT_AROUND = 500;
/** More of a message than anybody reads: names and values in it may be as long as the file. */
const LONGEST_MESSAGE = 600;

/** A line, or what is around a place in it that counts from 0. */
function excerptOf(text: string, at: number): Pick<Problem, 'excerpt' | 'excerptColumn'> {
  if (text.length <= 2 * EXCERPT_AROUND) return { excerpt: text };
  const from = Math.max(0, at - EXCERPT_AROUND);
  return { excerpt: text.slice(from, at + EXCERPT_AROUND), ...(from > 0 && { excerptColumn: from + 1 }) };
}

/** A finding with its place; a span of several lines is cut at the end of the first. */
export function problemIn(
  source: Source,
  span: Span,
  finding: LateFinding & { readonly path: InventoryPath; readonly related?: readonly RelatedPlace[] },
): Problem {
  const from = Math.min(span[0], source.text.length);
  const { line, column } = placeOf(source, from);
  const text = lineText(source, line);
  const length = Math.max(1, Math.min(span[1] - from, text.length - column + 1));
  const { code, path, related } = finding;
  const message = cut(finding.message, LONGEST_MESSAGE);
  const remedy = cut(typeof finding.remedy === 'string' ? finding.remedy : finding.remedy(), LONGEST_MESSAGE);
  const place = { file: source.file, line, column, ...excerptOf(text, column - 1), length };
  return { code, path, ...place, message, remedy, ...(related && { related }) };
}
