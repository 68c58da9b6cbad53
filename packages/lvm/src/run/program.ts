import type { Writable } from 'node:stream';
import { execa } from 'execa';
import { LvmError } from '../index.ts';

export interface ProgramResult {
  /** 127 when the program is not there, 128 when it was killed. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a program is run: here, in a namespace, over ssh. */
export type RunProgram = (command: readonly [string, ...string[]], input?: string) => Promise<ProgramResult>;

/**
 * A stream to write to. `inherit` is this process's own standard output: the program writes to it itself, and ends when nobody
 * reads any more.
 */
export type ProgramOutput = Writable | 'inherit';

/** How a program is run that reads a stream, or writes one. */
export type StreamProgram = (
  command: readonly [string, ...string[]],
  streams: { readonly input?: AsyncIterable<Uint8Array>; readonly output?: ProgramOutput },
) => Promise<ProgramResult>;

/** A language would translate LVM's words, and write numbers with commas. */
const env = { LC_ALL: 'C', LVM_SUPPRESS_FD_WARNINGS: '1' };

/** Runs a program on this machine. */
export const runHere: RunProgram = async ([program, ...words], input = '') => {
  const options = { input, env, reject: false, stripFinalNewline: false } as const;
  const { exitCode, stdout, stderr, signal } = await execa(program, words, options);
  return { exitCode: exitCode ?? (signal === undefined ? 127 : 128), stdout, stderr };
};

/** Runs a program on this machine. */
export const streamHere: StreamProgram = async ([program, ...words], { input, output }) => {
  const stdout = typeof output === 'object' ? (['pipe', output] as const) : (output ?? 'ignore');
  const options = { stdin: input ?? 'ignore', stdout, buffer: { stdout: false }, env, reject: false } as const;
  const { exitCode, stderr, signal } = await execa(program, words, options);
  return { exitCode: exitCode ?? (signal === undefined ? 127 : 128), stdout: '', stderr };
};

/**
 * For programs that are not LVM's.
 *
 * @param what begins the error's message
 * @throws LvmError with what the program said last: `sick-disk` when a disk does not read or write, else `failed`
 */
export function mustSucceed(result: ProgramResult, what: string): ProgramResult {
  const { exitCode, stderr } = result;
  if (exitCode === 0) return result;
  const said = stderr.split('\n').filter((line) => line !== '');
  const code = said.some((line) => line.includes('Input/output error')) ? 'sick-disk' : 'failed';
  throw new LvmError(code, `${what} failed: ${said.at(-1) ?? `exit status ${exitCode}`}.`, {
    remedy: code === 'failed' ? 'See what it says, and run it again.' : 'See what the kernel says of it (dmesg).',
    said,
  });
}
