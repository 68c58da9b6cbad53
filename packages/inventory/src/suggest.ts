import { distance } from 'fastest-levenshtein';

const LONGEST_WORD = 40;
/** Of more than these, the first are looked at: a guess is not worth a file's time. */
const MOST_CANDIDATES = 2000;

/** The candidate a mistyped word was probably meant to be. */
export function closest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > LONGEST_WORD) return undefined;
  const typed = word.toLowerCase();
  let best: { readonly candidate: string; readonly edits: number } | undefined;
  let looked = 0;
  for (const candidate of candidates) {
    if (looked++ === MOST_CANDIDATES) break;
    const most = candidate.length > 3 ? Math.max(2, Math.floor(candidate.length / 3)) : 1;
    if (Math.abs(candidate.length - typed.length) > most) continue;
    const edits = distance(typed, candidate);
    if (edits <= most && edits < (best?.edits ?? Number.POSITIVE_INFINITY)) best = { candidate, edits };
  }
  return best?.candidate;
}
