import { execa } from 'execa';

export interface ProgramResult {
  /** 127 when the program is not there. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a program is run: here, in a namespace, over ssh. */
export type RunProgram = (command: readonly [string, ...string[]], input?: string) => Promise<ProgramResult>;

/** Runs a program on this machine. A language would translate LVM's words, and write numbers with commas. */
export const runHere: RunProgram = async ([program, ...words], input = '') => {
  const { exitCode, stdout, stderr, failed } = await execa(program, words, {
    input,
    env: { LC_ALL: 'C', LVM_SUPPRESS_FD_WARNINGS: '1' },
    reject: false,
    stripFinalNewline: false,
  });
  return { exitCode: exitCode ?? (failed ? 127 : 0), stdout, stderr };
};
