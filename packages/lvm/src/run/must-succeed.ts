import type { ProgramResult } from '@kvm/command';
import { LvmError } from '../index.ts';

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
