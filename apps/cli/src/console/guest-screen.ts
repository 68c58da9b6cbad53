import { type Output, writeAll } from '../io.ts';
import type { Session } from '../session.ts';
import { keepTitle, resetTerminal } from './terminal-reset.ts';

const deadly = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

const [esc, c1Introducer] = ['\x1b', '\x9b'];
/** A mode 47, 1047 or 1049 is set, reset or brought back; perhaps among others. */
const otherScreenMode = new RegExp(`(?:${esc}\\[|${c1Introducer})\\?[\\d;:]*4[79][\\d;:]*([hlr])`, 'g');

/** Terminals pass by other controls within a sequence. */
const isPartOfSequence = (byte: number): boolean => byte === 0x1b || byte === 0x9b || (byte >= 0x20 && byte < 0x7f);

/** More than any sequence that switches screens has. */
const tail = 64;

/**
 * Where a guest's bytes are shown as they are. However the console is left, by a key, an error or a signal, the terminal is
 * as usable after it as it was before.
 */
export class GuestScreen implements Disposable {
  readonly #output: Output;
  /** What resets the terminal; undefined where there is none. */
  readonly #terminal: Output | undefined;
  readonly #env: Session['io']['env'];
  readonly #onSignal: () => void;
  #seen = '';
  #otherScreen = false;
  #left = false;

  /** @param onSignal called before a signal ends the process */
  constructor({ out, err, io }: Session, onSignal: () => void) {
    this.#output = out.raw();
    // With standard output in a pipe, what is behind it may still be the terminal.
    this.#terminal = out.isTerminal ? out.raw() : err.isTerminal ? err.raw() : undefined;
    this.#env = io.env;
    this.#onSignal = onSignal;
    this.#terminal?.write(keepTitle);
    process.on('exit', this.#leave);
    for (const signal of deadly) process.on(signal, this.#die);
  }

  /** Shows bytes of the guest; none once the terminal was reset. */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#left) return;
    this.#watch(bytes);
    await writeAll(this.#output, bytes);
  }

  [Symbol.dispose](): void {
    this.#leave();
    process.off('exit', this.#leave);
    for (const signal of deadly) process.off(signal, this.#die);
  }

  /** Follows which screen the guest is on. */
  #watch(bytes: Uint8Array): void {
    const text = this.#seen + Buffer.from(bytes.filter(isPartOfSequence)).toString('latin1');
    for (const [, final] of text.matchAll(otherScreenMode)) this.#otherScreen = final !== 'l';
    this.#seen = text.slice(-tail);
  }

  readonly #leave = (): void => {
    if (this.#left) return;
    this.#left = true;
    this.#terminal?.write(resetTerminal(this.#env, this.#otherScreen));
  };

  readonly #die = (signal: NodeJS.Signals): void => {
    this[Symbol.dispose]();
    this.#onSignal();
    process.kill(process.pid, signal);
  };
}
