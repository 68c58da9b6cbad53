import { diffArrays } from 'diff';
import type { StepChange } from './step.ts';

/** More of a file's lines than a person reads in a plan. */
const mostLines = 8;
/** Files that differ in more lines than this are shown as wholly other ones: to find what they share takes too long. */
const mostEdits = 1000;

/** A place where some lines, perhaps none, became others. */
interface Hunk {
  readonly removed: readonly string[];
  readonly added: readonly string[];
  /** Of the first line that went, from 1, in the old text. */
  readonly oldLine: number;
  /** Of the first line that came, in the new text. */
  readonly newLine: number;
}

/** The lines that went and those that came, each with its number in the text that has it. */
export function lineChanges(before: string, after: string): StepChange[] {
  const changes = hunksOf(before.split('\n'), after.split('\n')).flatMap(changesOf);
  const left = changes.length - mostLines;
  return left > 0 ? [...changes.slice(0, mostLines), { what: `and ${left} more lines` }] : changes;
}

function hunksOf(old: readonly string[], wanted: readonly string[]): Hunk[] {
  const pieces = diffArrays([...old], [...wanted], { maxEditLength: mostEdits });
  if (pieces === undefined) return [{ removed: old, added: wanted, oldLine: 1, newLine: 1 }];
  const hunks: Hunk[] = [];
  let [oldLine, newLine] = [1, 1];
  let removed: readonly string[] = [];
  for (const piece of pieces) {
    if (piece.removed) removed = piece.value;
    else {
      const added = piece.added ? piece.value : [];
      if (removed.length + added.length > 0) hunks.push({ removed, added, oldLine, newLine });
      oldLine += removed.length + (piece.added ? 0 : piece.value.length);
      newLine += piece.value.length;
      removed = [];
    }
  }
  return removed.length === 0 ? hunks : [...hunks, { removed, added: [], oldLine, newLine }];
}

/** As many lines for as many others: each is said to have become the one in its place. */
function changesOf({ removed, added, oldLine, newLine }: Hunk): StepChange[] {
  if (removed.length === added.length)
    return removed.map((before, at) => ({ what: `line ${oldLine + at}`, before, after: added[at] }));
  return [
    ...removed.map((before, at) => ({ what: `line ${oldLine + at}`, before })),
    ...added.map((after, at) => ({ what: `line ${newLine + at}`, after })),
  ];
}
