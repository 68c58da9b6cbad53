import { formatProblem } from './format.ts';
import type { Problem } from './problem.ts';

const MOST_IN_MESSAGE = 20;

/** An inventory that cannot be used. Its message shows the first twenty problems; `problems` holds them all. */
export class InventoryError extends Error {
  override readonly name = 'InventoryError';
  readonly code = 'invalid-inventory';
  /** In the order of their places in the file; never empty. */
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const shown = problems.slice(0, MOST_IN_MESSAGE).map(formatProblem);
    const more = problems.length - shown.length;
    if (more > 0) shown.push(`${more} more ${more === 1 ? 'problem' : 'problems'} not shown.`);
    super(shown.join('\n\n'));
    this.problems = problems;
  }
}
