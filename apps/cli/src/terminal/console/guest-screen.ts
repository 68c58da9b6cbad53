import type { Session } from '../../session.ts';
import { type Output, writeAll } from '../io.ts';
import { PrivateModes } from './private-modes.ts';
import { keepTitle, resetTerminal } from './terminal-reset.ts';

const deadly = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

const otherScreens = [47, 1047, 1049];
const originMode = 6;

/** What of a session leads to the terminal. */
type Screen = Pick<Session, 'out' | 'err'> & { readonly io: Pick<Session['io'], 'env'> };

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
  readonly #modes = new PrivateModes([...otherScreens, originMode]);
  #left = false;

  /** @param onSignal called before a signal ends the process */
  constructor({ out, err, io }: Screen, onSignal: () => void) {
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
    this.#modes.watch(bytes);
    await writeAll(this.#output, bytes);
  }

  [Symbol.dispose](): void {
    this.#leave();
    process.off('exit', this.#leave);
    for (const signal of deadly) process.off(signal, this.#die);
  }

  readonly #leave = (): void => {
    if (this.#left) return;
    this.#left = true;
    const modes = { otherScreen: this.#modes.hasAny(...otherScreens), origin: this.#modes.hasAny(originMode) };
    this.#terminal?.write(resetTerminal(this.#env, modes));
  };

  readonly #die = (signal: NodeJS.Signals): void => {
    this[Symbol.dispose]();
    this.#onSignal();
    process.kill(process.pid, signal);
  };
}
