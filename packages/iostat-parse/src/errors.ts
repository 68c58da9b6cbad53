/** Stable names of what can be wrong with iostat's output. */
export type IostatErrorCode = 'unknown-line' | 'bad-row' | 'bad-json' | 'too-long';

/** Something in the input that iostat does not print. `line` and `column` are 1-based; the column counts bytes. */
export class IostatError extends Error {
  override readonly name = 'IostatError';
  readonly code: IostatErrorCode;
  readonly line: number;
  readonly column: number;

  constructor(code: IostatErrorCode, message: string, place: { line: number; column: number }) {
    super(`line ${place.line}, column ${place.column}: ${message}`);
    this.code = code;
    this.line = place.line;
    this.column = place.column;
  }
}
