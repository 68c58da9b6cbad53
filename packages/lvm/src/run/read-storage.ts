import { explainFailure, LvmError, parseReport, reportCommand, type Storage } from '../index.ts';
import type { LvmRunner } from './lvm.ts';

/**
 * Reads all groups, disks and volumes, at one moment. Never waits for a lock for long: a report only reads.
 *
 * @throws LvmError
 */
export async function readStorage({ run }: LvmRunner): Promise<Storage> {
  const result = await run(reportCommand);
  try {
    // A group that LVM cannot read whole ends with 5, and the report has all else.
    return parseReport(result.stdout);
  } catch (error) {
    if (result.exitCode !== 0 && error instanceof LvmError) throw explainFailure(reportCommand, result);
    throw error;
  }
}
