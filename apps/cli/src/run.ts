import { CommanderError } from 'commander';
import { reportError } from './output/report-error.ts';
import { createProgram } from './program.ts';
import type { Io } from './terminal/io.ts';

/**
 * Runs kvmctl.
 *
 * @param argv what stands after the program's name
 * @returns the exit code: 0, 1 for an error, 64 for a wrong use, or that of a command run in the lab
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const { program, session } = createProgram(io);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return session.exitCode;
  } catch (error) {
    // Commander has said already what was wrong; help and version end with 0, and help that nobody asked for with 1.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 64;
    return reportError(session, error);
  }
}
