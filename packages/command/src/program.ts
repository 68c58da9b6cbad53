import type { Writable } from 'node:stream';

/** A program and its arguments; no shell is in between. */
export type Argv = readonly [program: string, ...words: string[]];

export interface ProgramResult {
  /** 127 when the program is not there, 126 when it cannot be run, 128 when it was killed or a limit ended it. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Ends the program when it is aborted. */
  readonly signal?: AbortSignal;
  /** How long it may take; without it, as long as it likes. */
  readonly seconds?: number;
  /** How much it may write, standard output and error together; 128 MiB when absent. */
  readonly maxBytes?: number;
}

/** Runs a program: here, in a namespace, over ssh, by a guest's agent. A failing exit code is a result, not an error. */
export type RunProgram = (command: Argv, input?: string, options?: RunOptions) => Promise<ProgramResult>;

/** A way to run programs that was opened, and ends with its scope. */
export interface OpenRunner extends AsyncDisposable {
  readonly run: RunProgram;
}

/**
 * A stream to write to. `inherit` is this process's own standard output: the program writes to it itself, and ends when nobody
 * reads any more.
 */
export type ProgramOutput = Writable | 'inherit';

/** Runs a program that reads a stream, or writes one. */
export type StreamProgram = (
  command: Argv,
  streams: { readonly input?: AsyncIterable<Uint8Array>; readonly output?: ProgramOutput },
) => Promise<ProgramResult>;
