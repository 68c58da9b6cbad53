import type { InventoryPath } from '../problem.ts';
import type { Report } from '../schema/shape.ts';

/** What a rule is given beside the file: where to report, and what to know of other places. */
export interface Judging {
  readonly report: Report;
  /** `home.yaml:12`, the place of a path. */
  readonly name: (path: InventoryPath) => string;
  /** Whether nothing at, above or below the path was left out of the draft as wrong. */
  readonly sound: (path: InventoryPath) => boolean;
}
