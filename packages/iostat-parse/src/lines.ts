import { lineFeed } from './bytes.ts';

/** Far more than iostat can print: an NFS path has at most 4096 bytes. It bounds the memory that hostile input costs. */
export const lineLimit = 16_384;

/** Takes the lines of a {@link LineSplitter}, as bytes that are valid only during the call. */
interface LineSink {
  /**
   * Takes the line that begins at `start`; a line feed ends it.
   *
   * @returns the place of that line feed
   */
  line(bytes: Uint8Array, start: number): number;
  /** A line longer than {@link lineLimit}; it is skipped. */
  overlong(): void;
}

/** Cuts chunks into lines. Only a line that spans chunks is copied. */
export class LineSplitter {
  readonly #sink: LineSink;
  /** With room for the line feed. */
  readonly #carry = new Uint8Array(lineLimit + 1);
  #carried = 0;
  #skipping = false;

  constructor(sink: LineSink) {
    this.#sink = sink;
  }

  push(chunk: Uint8Array): void {
    let start = this.#skipping || this.#carried > 0 ? this.#finishCarried(chunk) : 0;
    const last = chunk.lastIndexOf(lineFeed);
    while (start <= last) start = this.#sink.line(chunk, start) + 1;
    this.#keep(chunk, start, chunk.length);
  }

  /** The last line, when no line feed ended it. */
  end(): void {
    if (this.#carried > 0) this.#giveCarried();
  }

  #giveCarried(): void {
    this.#carry[this.#carried] = lineFeed;
    this.#sink.line(this.#carry, 0);
    this.#carried = 0;
  }

  #finishCarried(chunk: Uint8Array): number {
    const end = chunk.indexOf(lineFeed);
    if (end === -1) return 0;
    this.#keep(chunk, 0, end);
    if (!this.#skipping) this.#giveCarried();
    this.#skipping = false;
    return end + 1;
  }

  #keep(chunk: Uint8Array, start: number, end: number): void {
    if (this.#skipping) return;
    if (this.#carried + end - start > lineLimit) {
      this.#skipping = true;
      this.#carried = 0;
      this.#sink.overlong();
      return;
    }
    this.#carry.set(chunk.subarray(start, end), this.#carried);
    this.#carried += end - start;
  }
}
