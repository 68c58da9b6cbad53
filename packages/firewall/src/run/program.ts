import { execa } from 'execa';
import { FirewallError } from '../index.ts';

export interface ProgramResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a program is run: here, in a namespace, over ssh. One that is missing ends with 127, one killed with 128. */
export type RunProgram = (command: readonly [string, ...string[]], input?: string) => Promise<ProgramResult>;

/** Runs a program on this machine. nft writes and reads times in the time zone it runs in, so that it is always UTC. */
export const runHere: RunProgram = async ([program, ...words], input = '') => {
  const env = { PATH: `${process.env.PATH}:/usr/sbin:/sbin`, TZ: 'UTC', LC_ALL: 'C' };
  const { exitCode, stdout, stderr, signal } = await execa(program, words, {
    input,
    env,
    reject: false,
    stripFinalNewline: false,
  });
  return { exitCode: exitCode ?? (signal === undefined ? 127 : 128), stdout, stderr };
};

/**
 * Runs a program that must succeed.
 *
 * @throws FirewallError `apply-failed` with what the program said
 */
export async function mustRun(run: RunProgram, command: readonly [string, ...string[]], input = ''): Promise<string> {
  const { exitCode, stdout, stderr } = await run(command, input);
  if (exitCode !== 0)
    throw new FirewallError('apply-failed', `${command.join(' ')}: ${stderr.trim() || `exit status ${exitCode}`}`);
  return stdout;
}
