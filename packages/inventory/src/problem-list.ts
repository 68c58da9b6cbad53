import { InventoryError, MOST_PROBLEMS } from './inventory-error.ts';
import type { Problem } from './problem.ts';

/**
 * The problems of one file, of which the first by place are told in full and the others counted, so that a file with a mistake
 * in each line is refused as quickly as one with a single mistake.
 */
export class ProblemList {
  readonly #found: { readonly from: number; readonly tell: () => Problem }[] = [];

  /**
   * @param from where in the text it begins
   * @param tell is called only for a problem that is shown
   */
  add(from: number, tell: () => Problem): void {
    this.#found.push({ from, tell });
  }

  get isEmpty(): boolean {
    return this.#found.length === 0;
  }

  error(): InventoryError {
    const shown = this.#found.sort((a, b) => a.from - b.from).slice(0, MOST_PROBLEMS);
    return new InventoryError(
      shown.map(({ tell }) => tell()),
      this.#found.length - shown.length,
    );
  }
}
