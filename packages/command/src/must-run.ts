import type { Argv, ProgramResult, RunOptions, RunProgram } from './program.ts';

/** Of long commands, the first words tell which it was. */
const shownWords = 8;

/** Runs a program that must succeed, and gives what it wrote to its standard output. */
export type MustRun = (run: RunProgram, command: Argv, input?: string, options?: RunOptions) => Promise<string>;

/** A package's own {@link MustRun}: what is thrown is made of the reason, which names the command and what it said. */
export function mustRunOr(toError: (reason: string) => Error): MustRun {
  return async (run, command, input, options) => {
    const result = await run(command, input, options);
    const reason = whyFailed(command, result);
    if (reason !== undefined) throw toError(reason);
    return result.stdout;
  };
}

function whyFailed(command: Argv, { exitCode, stderr }: ProgramResult): string | undefined {
  if (exitCode === 0) return undefined;
  // A script is long, and what it was given tells more.
  const shown = command.slice(0, shownWords).map((word) => (word.includes('\n') ? '...' : word));
  if (command.length > shownWords) shown.push('...');
  return `\`${shown.join(' ')}\` failed: ${stderr.trim() || `it ended with status ${exitCode}`}`;
}
