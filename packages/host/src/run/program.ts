import type { RunProgram } from '@kvm/firewall/run';
import { execa } from 'execa';
import { HostError } from '../errors.ts';
import type { Argv, HostAccess } from './access.ts';

/** In a language and a time zone that programs can read, which ssh does not pass on. */
export const inPlainLanguage = (argv: Argv): Argv => ['env', 'LC_ALL=C', 'TZ=UTC', ...argv];

/** Runs programs on the host. One that is not there ends with 127, one that was killed with 128. */
export function runner(access: HostAccess): RunProgram {
  return async (argv, input = '') => {
    const [program, ...words] = access.command(inPlainLanguage(argv));
    const { exitCode, stdout, stderr, signal } = await execa(program, words, {
      input,
      reject: false,
      stripFinalNewline: false,
      maxBuffer: 512 * 1024 * 1024,
    });
    return { exitCode: exitCode ?? (signal === undefined ? 127 : 128), stdout, stderr };
  };
}

/**
 * Runs a program that must succeed.
 *
 * @throws HostError `command-failed` with what the program said
 */
export async function mustRun(run: RunProgram, argv: Argv, input = ''): Promise<string> {
  const { exitCode, stdout, stderr } = await run(argv, input);
  if (exitCode === 0) return stdout;
  const said = stderr.trim() || `it ended with status ${exitCode}`;
  // A script is long, and what it was given tells more.
  const shown = argv.slice(0, 5).map((word) => (word.includes('\n') ? '...' : word));
  throw new HostError('command-failed', `\`${shown.join(' ')}\` failed: ${said}`);
}
