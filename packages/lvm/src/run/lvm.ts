import { explainFailure, type LvmError } from '../index.ts';
import type { RunProgram } from './program.ts';

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
  const error = explainFailure(command, result);
  if (error.code !== 'locked') throw error;
  report?.('waiting for another LVM command to end');
  const later = await run([program, '--config', `global{${settings}}`, ...words]);
  if (later.exitCode === 0) return later.stdout;
  throw explainFailure(command, later);
}

/** Whether an error is LVM's with this code; what somebody has done meanwhile is no failure. */
export const isLvmError = (error: unknown, code: LvmError['code']): boolean =>
  error instanceof Error && 'code' in error && error.name === 'LvmError' && error.code === code;
