import { execa } from 'execa';
import { ServicesError } from '../index.ts';

export interface ProgramResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a program is run: here, in a namespace, over ssh. One that is missing ends with 127, one killed with 128. */
export type RunProgram = (command: readonly [string, ...string[]], input?: string) => Promise<ProgramResult>;

/** Runs a program on this machine. Daemons and their checkers are often where only root's PATH leads. */
export const runHere: RunProgram = async ([program, ...words], input = '') => {
  const { exitCode, stdout, stderr, signal } = await execa(program, words, {
    input,
    env: { LC_ALL: 'C', PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` },
    reject: false,
    stripFinalNewline: false,
  });
  return { exitCode: exitCode ?? (signal === undefined ? 127 : 128), stdout, stderr };
};

/** @throws ServicesError `program-failed` with what the program said */
export async function mustRun(run: RunProgram, command: readonly [string, ...string[]], input = ''): Promise<string> {
  const { exitCode, stdout, stderr } = await run(command, input);
  if (exitCode === 0) return stdout;
  const reason = exitCode === 127 ? 'there is no such program' : stderr.trim() || `exit status ${exitCode}`;
  // A script is long, and what it was given tells more.
  const shown = command.map((word) => (word.includes('\n') ? '...' : word));
  throw new ServicesError('program-failed', `\`${shown.join(' ')}\` failed: ${reason}`);
}
