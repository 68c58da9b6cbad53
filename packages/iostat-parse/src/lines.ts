const lineFeed = 10;
/** Far more than iostat can print: an NFS path has at most 4096 bytes. It bounds the memory that hostile input costs. */
export const lineLimit = 16_384;

/** Takes the lines that a {@link LineSplitter} finds, as ranges of bytes that are valid only during the call. */
interface LineSink {
  line(bytes: Uint8Array, start: number, end: number): void;
  /** A line longer than {@link lineLimit}; it is skipped. */
  overlong(): void;
}

/** Cuts chunks into lines. Only a line that spans chunks is copied. */
export class LineSplitter {
  readonly #sink: LineSink;
  readonly #carry = new Uint8Array(lineLimit);
  #carried = 0;
  #skipping = false;

  constructor(sink: LineSink) {
    this.#sink = sink;
  }

  push(chunk: Uint8Array): void {
    let start = this.#skipping || this.#carried > 0 ? this.#finishCarried(chunk) : 0;
    for (let end = chunk.indexOf(lineFeed, start); end !== -1; end = chunk.indexOf(lineFeed, start)) {
      if (end - start > lineLimit) this.#sink.overlong();
      else this.#sink.line(chunk, start, end);
      start = end + 1;
    }
    this.#keep(chunk, start, chunk.length);
  }

  /** The last line, when no line feed ended it. */
  end(): void {
    if (this.#carried > 0) this.#sink.line(this.#carry, 0, this.#carried);
    this.#carried = 0;
  }

  #finishCarried(chunk: Uint8Array): number {
    const end = chunk.indexOf(lineFeed);
    if (end === -1) return 0;
    this.#keep(chunk, 0, end);
    if (!this.#skipping) this.#sink.line(this.#carry, 0, this.#carried);
    this.#skipping = false;
    this.#carried = 0;
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
