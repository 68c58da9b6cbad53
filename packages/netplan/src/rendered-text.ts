/** A text file, to be written on the machine it is for. */
export interface RenderedText {
  /** Absolute. */
  readonly path: string;
  /** Permission bits: 0o644. */
  readonly mode: number;
  readonly content: string;
}
