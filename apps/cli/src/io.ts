/** Where text goes to; `process.stdout` is one. */
export interface Output {
  /** False asks to wait for `drain` before more is written. */
  write(data: string | Uint8Array): unknown;
  once?(event: 'drain', listener: () => void): unknown;
  readonly isTTY?: boolean | undefined;
  /** Width of the terminal, in characters. */
  readonly columns?: number | undefined;
}

/** All that a run of kvmctl has to do with besides files. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin: AsyncIterable<Uint8Array> & { readonly isTTY?: boolean };
  /** The folder that relative paths begin at. */
  readonly cwd: string;
  readonly env: Readonly<Partial<Record<string, string>>>;
}

/** Writes, and waits while the reader is behind, so that what has no end is not held in memory. */
export async function writeAll(output: Output, data: string | Uint8Array): Promise<void> {
  if (output.write(data) === false) await new Promise<void>((resolve) => output.once?.('drain', resolve));
}
