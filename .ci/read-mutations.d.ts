/** A one-line change that removes a guard. */
export interface Mutation {
  /** What it protects. */
  readonly guard: string;
  /** The mutated file, from the repository's root. */
  readonly path: string;
  /** Stands in it once. */
  readonly from: string;
  readonly to: string;
  /** The test file that fails then, from the repository's root. */
  readonly test: string;
  /** Runs only the tests whose names hold this. */
  readonly title?: string;
}

export const top: string;

/** The entries of every package's `test/mutations.json`. */
export function readMutations(): Mutation[];
