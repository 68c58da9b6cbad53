import { type RunProgram, runThrough } from '@kvm/command';
import type { HostAccess } from './access.ts';

/**
 * Runs programs on the host.
 *
 * @returns what throws HostError `unreachable` once the way to the host is gone
 */
export function runner(access: HostAccess): RunProgram {
  const run = runThrough((argv) => access.command(argv));
  return async (command, input, options) => {
    access.gone?.throwIfAborted();
    const result = await run(command, input, options);
    if (result.exitCode !== 0) access.gone?.throwIfAborted();
    return result;
  };
}
