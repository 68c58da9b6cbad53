/** Keys and list positions from the top of the file down to a value. */
export type InventoryPath = readonly (string | number)[];

/** What is wrong with a value, why, and how to mend it; {@link Problem} adds where. */
export interface Finding {
  /** Stable, such as `duplicate-vmid`. */
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/** One mistake in an inventory file, with its place. */
export interface Problem extends Finding {
  readonly path: InventoryPath;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units, as editors count. */
  readonly column: number;
  /** The whole line's text, without its line break. */
  readonly excerpt: string;
  /** How much of the line is meant, in UTF-16 code units; at least 1. */
  readonly length: number;
  /** Other places that have to do with it: for a name given twice, the first one. */
  readonly related?: readonly RelatedPlace[];
}

export interface RelatedPlace {
  readonly path: InventoryPath;
  readonly line: number;
  readonly column: number;
}
