/** Keys and list positions from the top of the file down to a value. */
export type InventoryPath = readonly (string | number)[];

/** What is wrong with a value, why, and how to mend it; {@link Problem} adds where. */
export interface Finding {
  /** Stable, such as `duplicate-vmid`. */
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/** A {@link Finding} whose remedy is worked out only if it is shown: to look for what was meant takes time. */
export type LateFinding = Omit<Finding, 'remedy'> & { readonly remedy: string | (() => string) };

/** One mistake in an inventory file, with its place. */
export interface Problem extends Finding {
  readonly path: InventoryPath;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units, as editors count. */
  readonly column: number;
  /** The line's text, without its line break; of a very long one only what is around the problem. */
  readonly excerpt: string;
  /** The column at which the excerpt begins; absent where it is the whole line. */
  readonly excerptColumn?: number;
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
