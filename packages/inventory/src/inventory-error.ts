import { formatProblem } from './format.ts';
import type { Problem } from './problem.ts';

const MOST_IN_MESSAGE = 20;
/** More than anybody mends before looking again. */
export const MOST_PROBLEMS = 100;

/** An inventory that cannot be used. Its message shows the first twenty problems, `problems` has the first hundred. */
export class InventoryError extends Error {
  override readonly name = 'InventoryError';
  readonly code = 'invalid-inventory';
  /** In the order of their places in the file; never empty, and never more than a hundred. */
  readonly problems: readonly Problem[];
  /** How many more there are. */
  readonly unshown: number;

  /** @param unshown how many there are besides `problems` */
  constructor(problems: readonly Problem[], unshown = 0) {
    const shown = problems.slice(0, MOST_IN_MESSAGE).map(formatProblem);
    const more = problems.length + unshown - shown.length;
    if (more > 0) shown.push(`${more} more ${more === 1 ? 'problem' : 'problems'} not shown.`);
    super(shown.join('\n\n'));
    this.problems = problems.slice(0, MOST_PROBLEMS);
    this.unshown = problems.length + unshown - this.problems.length;
  }
}
