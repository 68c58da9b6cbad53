/** Of more names, the first are looked at: a guess is not worth a file's time. */
const MOST_LOOKED_AT = 2000;

/** The known name nearest to one that is not known, at most two edits away; two letters exchanged are one edit. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  if (name.length > 64) return undefined;
  let best: string | undefined;
  let least = Math.min(3, Math.ceil(name.length / 2) + 1);
  let looked = 0;
  for (const each of known) {
    if (looked++ === MOST_LOOKED_AT) break;
    const distance = editDistance(name.toLowerCase(), each.toLowerCase());
    if (distance < least) [best, least] = [each, distance];
  }
  return best;
}

function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) [before, row] = [row, nextRow({ a, b, i }, row, before)];
  return row[b.length] ?? 3;
}

function nextRow(
  { a, b, i }: { a: string; b: string; i: number },
  row: readonly number[],
  before: readonly number[],
): number[] {
  const next = [i];
  for (let j = 1; j <= b.length; j += 1) {
    const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
    const isExchange = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
    const exchange = isExchange ? (before[j - 2] ?? 0) + 1 : change;
    next.push(Math.min(change, exchange, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
  }
  return next;
}
