/** Where text goes to; Node's standard output is one. */
export interface Output {
  /** False asks to wait for `drain` before more is written. */
  write(data: string | Uint8Array): unknown;
  once?(event: 'drain', listener: () => void): unknown;
  readonly isTTY?: boolean | undefined;
  /** Width of the terminal, in characters. */
  readonly columns?: number | undefined;
  /** Height of the terminal, in lines. */
  readonly rows?: number | undefined;
}

/** What a run of kvmctl has around it besides files and its outputs. */
export interface Surroundings {
  readonly stdin: AsyncIterable<Uint8Array> & { readonly isTTY?: boolean };
  /** The folder that relative paths begin at. */
  readonly cwd: string;
  readonly env: Readonly<Partial<Record<string, string>>>;
}

/** All that a run of kvmctl has to do with besides files. */
export interface Io extends Surroundings {
  readonly stdout: Output;
  readonly stderr: Output;
}

/** Writes bytes as they are, and waits while the reader is behind. */
export async function writeAll(output: Output, data: Uint8Array): Promise<void> {
  if (output.write(data) === false) await new Promise<void>((resolve) => output.once?.('drain', resolve));
}
