import { distance } from 'fastest-levenshtein';

const LONGEST_WORD = 40;

/** The candidate a mistyped word was probably meant to be. */
export function closest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > LONGEST_WORD) return undefined;
  const near = candidates
    .map((candidate) => ({ candidate, edits: distance(word.toLowerCase(), candidate) }))
    .filter(
      ({ candidate, edits }) => edits <= (candidate.length > 3 ? Math.max(2, Math.floor(candidate.length / 3)) : 1),
    )
    .sort((a, b) => a.edits - b.edits);
  return near[0]?.candidate;
}
