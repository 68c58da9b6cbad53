import {
  type ChildProcess,
  type ChildProcessByStdio,
  type ChildProcessWithoutNullStreams,
  type SpawnOptions,
  spawn,
} from 'node:child_process';
import type { Readable } from 'node:stream';
import { programEnvironment } from './environment.ts';
import type { Argv } from './program.ts';

/** How a program is started: everything but its environment, which is always the fixed one. */
export type StartOptions = Pick<SpawnOptions, 'cwd' | 'detached' | 'stdio'>;

/** Starts a program that goes on while its caller does something else. Its end is told by its events, as of any child. */
export function startProgram(
  command: Argv,
  options?: StartOptions & { readonly stdio?: 'pipe' },
): ChildProcessWithoutNullStreams;
export function startProgram(
  command: Argv,
  options: StartOptions & { readonly stdio: ['ignore', 'pipe', 'pipe'] },
): ChildProcessByStdio<null, Readable, Readable>;
export function startProgram(command: Argv, options: StartOptions): ChildProcess;
export function startProgram([program, ...words]: Argv, options: StartOptions = {}): ChildProcess {
  return spawn(program, words, { ...options, env: programEnvironment(process.env) });
}
