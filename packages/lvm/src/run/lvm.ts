import type { ProgramResult, RunProgram } from '@kvm/command';
import { explainFailure, LvmError } from '../index.ts';

/** How LVM's commands are run, and who hears of what takes long. */
export interface LvmRunner {
  readonly run: RunProgram;
  /** Told in a few words of what is waited for. */
  readonly report?: (what: string) => void;
}

/**
 * Runs a command of LVM's that must succeed. When another one holds the lock that it needs, that is told, and waited for.
 *
 * @param command without `--config`, of which LVM takes one only
 * @param settings of lvm.conf's section `global`
 * @returns what it wrote on standard output
 * @throws LvmError
 */
export async function lvm(
  { run, report }: LvmRunner,
  command: readonly [string, ...string[]],
  settings = '',
): Promise<string> {
  const [program, ...words] = command;
  const result = await run([program, '--config', `global{wait_for_locks=0 ${settings}}`, ...words]);
  if (result.exitCode === 0) return result.stdout;
  const error = await explain(command, result, run);
  if (error.code !== 'locked') throw error;
  report?.('waiting for another LVM command to end');
  const later = await run([program, '--config', `global{${settings}}`, ...words]);
  if (later.exitCode === 0) return later.stdout;
  throw await explain(command, later, run);
}

/** LVM says the same of a disk that cannot be written and of one that must not be. */
async function explain(command: readonly string[], result: ProgramResult, run: RunProgram): Promise<LvmError> {
  const error = explainFailure(command, result);
  const [, device] = /Error writing device (\S+)/.exec(error.message) ?? [];
  if (device === undefined || (await run(['blockdev', '--getro', device])).stdout.trim() !== '1') return error;
  const remedy = `Make it writable: blockdev --setrw ${device}.`;
  return new LvmError('read-only', `${device} is read-only.`, { remedy, said: error.said });
}

/** Whether an error is LVM's with this code; what somebody has done meanwhile is no failure. */
export const isLvmError = (error: unknown, code: LvmError['code']): boolean =>
  error instanceof Error && 'code' in error && error.name === 'LvmError' && error.code === code;
