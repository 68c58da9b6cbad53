/** Stable names of what can be wrong with iostat's output. */
export type IostatErrorCode = 'unknown-line' | 'bad-row' | 'bad-json' | 'too-long' | 'other-columns';

/**
 * Something in the input that iostat does not print. `line` and `column` are 1-based; the column counts bytes. Both are undefined
 * for `other-columns`: reports that are each right, but do not fit into one CSV.
 */
export class IostatError extends Error {
  override readonly name = 'IostatError';
  readonly code: IostatErrorCode;
  readonly line: number | undefined;
  readonly column: number | undefined;

  constructor(code: IostatErrorCode, message: string, place?: { readonly line: number; readonly column: number }) {
    super(place === undefined ? message : `line ${place.line}, column ${place.column}: ${message}`);
    this.code = code;
    this.line = place?.line;
    this.column = place?.column;
  }
}
