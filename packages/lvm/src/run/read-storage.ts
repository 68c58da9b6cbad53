import { explainFailure, LvmError, parseReport, reportCommand, type Storage } from '../index.ts';
import type { LvmRunner } from './lvm.ts';

/**
 * Reads all groups, disks and volumes, at one moment. When a command that changes something holds a lock, that is told, and
 * waited for.
 *
 * @throws LvmError
 */
export async function readStorage({ run, report }: LvmRunner): Promise<Storage> {
  const atOnce = await run([...reportCommand, '--config', 'global{wait_for_locks=0}']);
  const locked = atOnce.exitCode !== 0 && explainFailure(reportCommand, atOnce).code === 'locked';
  if (locked) report?.('waiting for another LVM command to end');
  const result = locked ? await run(reportCommand) : atOnce;
  try {
    // A group that LVM cannot read whole ends with 5, and the report has all else.
    return parseReport(result.stdout);
  } catch (error) {
    if (result.exitCode !== 0 && error instanceof LvmError) throw explainFailure(reportCommand, result);
    throw error;
  }
}
