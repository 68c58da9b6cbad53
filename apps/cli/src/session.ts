import { type Paint, Painter } from './output/paint.ts';
import { TextOutput } from './output/text-output.ts';
import type { Io, Surroundings } from './terminal/io.ts';

/** Options that every command has. */
export interface GlobalOptions {
  readonly inventory: string;
  readonly color: boolean;
  readonly quiet?: boolean;
}

/** One run of kvmctl, as its commands see it. */
export interface Session {
  readonly io: Surroundings;
  /** Standard output: what was asked for. */
  readonly out: TextOutput;
  /** Standard error: messages. */
  readonly err: TextOutput;
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
  /** Writes to standard output; each is one line, whatever it holds. */
  print(...lines: string[]): void;
  /** Writes messages to standard error, except with --quiet; each is one line, whatever it holds. */
  say(...lines: string[]): void;
  /** As {@link Session.say}, for what may have several lines, as the complaint of a program. */
  sayMessage(text: string): void;
}

/** @param options are asked for when they are needed, as they are known only once the arguments are read. */
export function createSession(around: Io, options: () => GlobalOptions & Pick<Session, 'inventoryNamed'>): Session {
  const { stdout, stderr, cwd, env } = around;
  const painter = new Painter();
  const wantsColours = (): boolean => options().color && !env.NO_COLOR && env.TERM !== 'dumb';
  const out = new TextOutput(stdout, painter, wantsColours);
  const err = new TextOutput(stderr, painter, wantsColours);
  return {
    io: {
      // Opened only by those who read it.
      get stdin() {
        return around.stdin;
      },
      cwd,
      env,
    },
    out,
    err,
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
      return out.paint;
    },
    get paintError() {
      return err.paint;
    },
    print(...lines) {
      out.lines(lines);
    },
    say(...lines) {
      if (!this.quiet) err.lines(lines);
    },
    sayMessage(text) {
      if (!this.quiet) err.message(text);
    },
  };
}
