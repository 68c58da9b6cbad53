import { space } from './bytes.ts';
import type { IostatError } from './errors.ts';
import { JsonParser } from './json-parser.ts';
import type { IostatReport } from './report.ts';
import { Utf8Writer } from './text.ts';
import { type ReportSink, TextParser } from './text-parser.ts';

/** A piece of iostat's output; its borders mean nothing, they may be inside a character. Bytes are UTF-8. */
export type IostatChunk = Uint8Array | string;

export interface IostatOptions {
  /**
   * Takes what is wrong with the input; parsing then goes on at the next report, and the one that was wrong is left out.
   * Without it, the first such error is thrown.
   */
  readonly onWarning?: (error: IostatError) => void;
}

const openingBrace = 123;
/** U+FEFF in UTF-8. */
const byteOrderMark = Uint8Array.of(0xef, 0xbb, 0xbf);

/** Chunks in, reports out: what the functions for texts and streams are made of. */
export class IostatParser {
  readonly #strings = new Utf8Writer();
  readonly #text: TextParser;
  readonly #json: JsonParser;
  /** Decided by the first byte that is not white space. */
  #chosen: TextParser | JsonParser | undefined;
  #reports: IostatReport[] = [];
  /** How many bytes of a byte order mark have come; undefined once something else has. */
  #markBytes: number | undefined = 0;

  constructor(options: IostatOptions = {}) {
    const sink: ReportSink = {
      report: (report) => this.#reports.push(report),
      error: (error) => {
        if (options.onWarning === undefined) throw error;
        options.onWarning(error);
      },
    };
    this.#text = new TextParser(sink);
    this.#json = new JsonParser(sink);
  }

  /**
   * The reports that end within this chunk.
   *
   * @throws IostatError at the first thing that iostat does not print, unless `onWarning` is given.
   */
  push(chunk: IostatChunk): IostatReport[] {
    if (typeof chunk === 'string') for (const bytes of this.#strings.write(chunk)) this.#pushMarked(bytes);
    else this.#pushMarked(chunk);
    return this.#take();
  }

  /** The last report, when only the end of the input ends it. */
  end(): IostatReport[] {
    this.#chosen?.end();
    return this.#take();
  }

  /** Windows' editors begin a file of UTF-8 with a byte order mark, which says nothing. */
  #pushMarked(bytes: Uint8Array): void {
    let at = 0;
    while (this.#markBytes !== undefined && at < bytes.length) {
      if (bytes[at] !== byteOrderMark[this.#markBytes]) {
        const begun = byteOrderMark.subarray(0, this.#markBytes);
        this.#markBytes = undefined;
        if (begun.length > 0) this.#push(begun);
      } else {
        at += 1;
        this.#markBytes = this.#markBytes + 1 === byteOrderMark.length ? undefined : this.#markBytes + 1;
      }
    }
    if (at < bytes.length) this.#push(bytes.subarray(at));
  }

  #push(bytes: Uint8Array): void {
    if (this.#chosen !== undefined) {
      this.#chosen.push(bytes);
      return;
    }
    const first = bytes.findIndex((byte) => byte > space);
    if (first !== -1) this.#chosen = bytes[first] === openingBrace ? this.#json : this.#text;
    for (const parser of this.#chosen === undefined ? [this.#text, this.#json] : [this.#chosen]) parser.push(bytes);
  }

  #take(): IostatReport[] {
    const reports = this.#reports;
    this.#reports = [];
    return reports;
  }
}
