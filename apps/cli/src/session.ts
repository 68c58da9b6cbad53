import pc from 'picocolors';
import type { Io, Output } from './io.ts';

/** Options that every command has. */
export interface GlobalOptions {
  readonly inventory: string;
  readonly color: boolean;
  readonly quiet?: boolean;
}

export type Paint = ReturnType<typeof pc.createColors>;

/** One run of kvmctl, as its commands see it. */
export interface Session {
  readonly io: Io;
  /** Name of the inventory file, `-` for standard input. */
  readonly inventory: string;
  /** Whether the user named it. */
  readonly inventoryNamed: boolean;
  readonly quiet: boolean;
  /** Colours for standard output; plain text where colours are not wanted. */
  readonly paint: Paint;
  /** The same for standard error. */
  readonly paintError: Paint;
  /** What the run ends with when nothing is thrown. */
  exitCode: number;
  /** Writes data to standard output. */
  print(text: string): void;
  /** Writes a message to standard error, except with --quiet. */
  say(text: string): void;
}

/** @param options are asked for when they are needed, as they are known only once the arguments are read. */
export function createSession(io: Io, options: () => GlobalOptions & Pick<Session, 'inventoryNamed'>): Session {
  const paintFor = (output: Output): Paint =>
    pc.createColors(Boolean(output.isTTY) && options().color && !io.env.NO_COLOR && io.env.TERM !== 'dumb');
  return {
    io,
    exitCode: 0,
    get inventory() {
      return options().inventory;
    },
    get inventoryNamed() {
      return options().inventoryNamed;
    },
    get quiet() {
      return options().quiet ?? false;
    },
    get paint() {
      return paintFor(io.stdout);
    },
    get paintError() {
      return paintFor(io.stderr);
    },
    print(text) {
      io.stdout.write(`${text}\n`);
    },
    say(text) {
      if (!this.quiet) io.stderr.write(`${text}\n`);
    },
  };
}
