import type { Output } from '../terminal/io.ts';
import { renderJson, renderJsonLine } from './json.ts';
import { type Paint, type Painter, plain } from './paint.ts';

/**
 * All text of a run goes through here, and cannot leave it unclean: callers give what they have, names and answers of guests
 * and hosts as they are. Only colours of {@link TextOutput.paint} become sequences for the terminal.
 */
export class TextOutput {
  readonly #output: Output;
  readonly #painter: Painter;
  readonly #wantsColours: () => boolean;
  #drain: Promise<void> | undefined;

  /** @param painter one for all outputs of a run, so that each knows the others' colours */
  constructor(output: Output, painter: Painter, wantsColours: () => boolean) {
    this.#output = output;
    this.#painter = painter;
    this.#wantsColours = wantsColours;
  }

  get isTerminal(): boolean {
    return Boolean(this.#output.isTTY);
  }

  /** Width of the terminal; undefined where there is none, and text may be as wide as it is. */
  get width(): number | undefined {
    return this.isTerminal ? this.#output.columns : undefined;
  }

  /** Width and height of the terminal, in characters; undefined where there is none, or it does not say. */
  get screen(): { readonly width: number; readonly height: number } | undefined {
    const { columns, rows } = this.#output;
    return this.isTerminal && columns && rows ? { width: columns, height: rows } : undefined;
  }

  get hasColours(): boolean {
    return this.isTerminal && this.#wantsColours();
  }

  get paint(): Paint {
    return this.hasColours ? this.#painter.paint : plain;
  }

  /** Writes each as one line, whatever it holds: a name with a line break makes no line of its own. */
  lines(lines: readonly string[]): void {
    this.#write(lines.map((line) => `${this.#painter.line(line)}\n`).join(''));
  }

  /**
   * Writes a message that may have several lines, as a program's complaint has. Those after the first are indented, so that
   * none of them passes for a line of ours.
   */
  message(text: string): void {
    const [first = '', ...rest] = text.trimEnd().split('\n');
    this.lines([first, ...rest.map((line) => `  ${line}`)]);
  }

  /** Writes a text that has lines of its own and is not made of foreign words, such as a file or help. */
  document(text: string): void {
    this.#write(this.#painter.document(text));
  }

  /** Writes a file's content on its way to another file, unchanged; only in a terminal it is cleaned. */
  file(text: string): void {
    if (this.isTerminal) this.document(text);
    else this.#write(text);
  }

  json(value: object): void {
    this.#write(renderJson(value));
  }

  /** As {@link json}, in one line: for what has no end. */
  jsonLine(value: object): void {
    this.#write(renderJsonLine(value));
  }

  /** Writes a question, behind which the answer is typed. */
  question(text: string): void {
    this.#write(`${this.#painter.line(text)} `);
  }

  /** Writes over the terminal's last line, which has no line break yet. */
  overwrite(text: string): void {
    this.#write(`\r\x1b[K${this.#painter.line(text)}`);
  }

  /** A line as a terminal may have it, for who draws a whole screen. */
  drawn(line: string): string {
    return this.#painter.line(line);
  }

  /** The output itself, which shows bytes as they are: for what is no text of ours. */
  raw(): Output {
    return this.#output;
  }

  /** Waits while the reader is behind, so that what has no end is not held in memory. */
  async drained(): Promise<void> {
    await this.#drain;
  }

  #write(text: string): void {
    if (this.#output.write(text) !== false || this.#drain !== undefined) return;
    this.#drain = new Promise((resolve) => {
      this.#output.once?.('drain', () => {
        this.#drain = undefined;
        resolve();
      });
    });
  }
}
