/** Where text goes to; `process.stdout` is one. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  /** Width of the terminal, in characters. */
  readonly columns?: number | undefined;
}

/** All that a run of kvmctl has to do with besides files. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin: AsyncIterable<Uint8Array>;
  /** The folder that relative paths begin at. */
  readonly cwd: string;
  readonly env: Readonly<Partial<Record<string, string>>>;
}
