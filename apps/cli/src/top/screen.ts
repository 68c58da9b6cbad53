import { emitKeypressEvents } from 'node:readline';
import type { ReadStream, WriteStream } from 'node:tty';
import type { Size } from './frame.ts';
import type { Key } from './press.ts';

const enterScreen = '\x1b[?1049h\x1b[?25l\x1b[2J';
const leaveScreen = '\x1b[?25h\x1b[?1049l';

/** The terminal's other screen, with what was there before brought back however the process ends. */
export class Screen implements Disposable {
  readonly #input: ReadStream;
  readonly #output: WriteStream;
  readonly #clean: (line: string) => string;
  readonly #keyPressed: (key: Key) => void;
  readonly #resized: () => void;
  #drawn: readonly string[] = [];
  #entered = false;

  /**
   * @param terminal with what makes a line such that it does nothing to the terminal but show characters and our colours
   * @param on are called until the screen is left. Keys come only where the input is a
   * terminal.
   */
  constructor(
    terminal: {
      readonly input: ReadStream;
      readonly output: WriteStream;
      readonly clean: (line: string) => string;
    },
    on: { readonly key: (key: Key) => void; readonly resize: () => void },
  ) {
    this.#input = terminal.input;
    this.#output = terminal.output;
    this.#clean = terminal.clean;
    this.#keyPressed = (key) => on.key(key);
    this.#resized = () => {
      this.forget();
      on.resize();
    };
    this.#enter();
    process.on('exit', this.#leave);
    for (const signal of deadly) process.on(signal, this.#die);
    this.#output.on('resize', this.#resized);
  }

  get size(): Size {
    return { width: this.#output.columns || 80, height: this.#output.rows || 24 };
  }

  /** Shows these lines; only those that changed are sent. While the terminal is behind, none is. */
  draw(lines: readonly string[]): void {
    if (!this.#entered || this.#output.writableNeedDrain) return;
    const last = Math.max(lines.length, this.#drawn.length);
    const changed = Array.from({ length: last }, (_, row) =>
      lines[row] === this.#drawn[row] ? '' : `\x1b[${row + 1};1H\x1b[0m\x1b[K${this.#clean(lines[row] ?? '')}`,
    );
    this.#drawn = lines;
    this.#output.write(changed.join(''));
  }

  /** The next drawing sends everything. */
  forget(): void {
    this.#drawn = [];
    if (this.#entered) this.#output.write('\x1b[2J');
  }

  /** Ctrl-Z: the shell is back until it says `fg`. */
  suspend(): void {
    this.#leave();
    process.once('SIGCONT', () => {
      this.#enter();
      this.#resized();
    });
    process.kill(process.pid, 'SIGTSTP');
  }

  [Symbol.dispose](): void {
    this.#leave();
    process.off('exit', this.#leave);
    for (const signal of deadly) process.off(signal, this.#die);
    this.#output.off('resize', this.#resized);
  }

  #enter(): void {
    this.#entered = true;
    this.#output.write(enterScreen);
    if (!this.#input.isTTY) return;
    emitKeypressEvents(this.#input);
    this.#input.setRawMode(true);
    this.#input.on('keypress', this.#keypress);
    this.#input.resume();
  }

  readonly #keypress = (_: string | undefined, key: Key): void => this.#keyPressed(key);

  readonly #leave = (): void => {
    if (!this.#entered) return;
    this.#entered = false;
    if (this.#input.isTTY) {
      this.#input.off('keypress', this.#keypress);
      this.#input.setRawMode(false);
      this.#input.pause();
    }
    this.#output.write(leaveScreen);
  };

  readonly #die = (signal: NodeJS.Signals): void => {
    this[Symbol.dispose]();
    process.kill(process.pid, signal);
  };
}

const deadly = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
