import { spawnSync } from 'node:child_process';
import type { ReadStream } from 'node:tty';
import { programEnvironment } from '@kvm/command';

/** Ctrl+], as of telnet and virsh. */
const leaveKey = 0x1d;

/**
 * The terminal's keys, each as it is pressed, and no change to what is shown. Node gives the terminal back as it was,
 * also when a signal ends the process.
 */
export class RawTerminal implements Disposable {
  readonly #input: ReadStream;
  readonly #keys: (bytes: Buffer) => void;
  readonly #leave: () => void;

  constructor(input: ReadStream, on: { readonly keys: (bytes: Buffer) => void; readonly leave: () => void }) {
    this.#input = input;
    this.#keys = on.keys;
    this.#leave = on.leave;
    input.setRawMode(true);
    // Node's raw mode still begins a new line where the guest only goes one down, as editors do.
    spawnSync('stty', ['-opost'], {
      env: programEnvironment(process.env),
      stdio: ['inherit', 'ignore', 'ignore'],
    });
    input.on('data', this.#pressed);
  }

  [Symbol.dispose](): void {
    this.#input.off('data', this.#pressed);
    this.#input.pause();
    this.#input.setRawMode(false);
  }

  readonly #pressed = (bytes: Buffer): void => {
    const end = bytes.indexOf(leaveKey);
    const typed = end === -1 ? bytes : bytes.subarray(0, end);
    if (typed.length > 0) this.#keys(typed);
    if (end !== -1) this.#leave();
  };
}
