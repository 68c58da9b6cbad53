import { inputName } from '../input/read-input.ts';
import type { Paint } from './paint.ts';

const context = 3;

/** A file's change for `patch` and for people; empty when there is none. One piece, from the first to the last difference. */
export function unifiedDiff(
  { file, before, after }: { readonly file: string; readonly before: string; readonly after: string },
  paint: Paint,
): string {
  if (before === after) return '';
  const [old, now] = [linesOf(before), linesOf(after)];
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let tail = 0;
  const most = Math.min(old.length, now.length) - head;
  while (tail < most && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
  const from = Math.max(0, head - context);
  const shownTail = Math.min(tail, context);
  const range = (lines: readonly string[]): string => {
    const length = lines.length - from - tail + shownTail;
    return `${length === 0 ? from : from + 1},${length}`;
  };
  const name = inputName(file);
  return [
    paint.bold(`--- ${name}\n+++ ${name}`),
    paint.cyan(`@@ -${range(old)} +${range(now)} @@`),
    ...old.slice(from, head).map((line) => shown(' ', line)),
    ...old.slice(head, old.length - tail).map((line) => paint.red(shown('-', line))),
    ...now.slice(head, now.length - tail).map((line) => paint.green(shown('+', line))),
    ...old.slice(old.length - tail, old.length - tail + shownTail).map((line) => shown(' ', line)),
    '',
  ].join('\n');
}

/** Each with its line break, so that a missing one at the end is a difference. */
const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

function shown(sign: string, line: string): string {
  const text = line.replace(/\n$/, '');
  const lineBreak = text.endsWith('\r') ? '\r' : '';
  return `${sign}${lineBreak === '' ? text : text.slice(0, -1)}${lineBreak}${line.endsWith('\n') ? '' : '\n\\ No newline at end of file'}`;
}
