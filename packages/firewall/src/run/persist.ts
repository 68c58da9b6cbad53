import { type BackEnd, BOOT_UNIT, type ResolvedPolicy, renderBootFiles } from '../index.ts';
import { mustRun, type RunProgram, writeWhole } from './program.ts';

/** Makes a policy the one that the host starts with: writes its files, and enables its unit where systemd runs. */
export async function persistPolicy(policy: ResolvedPolicy, run: RunProgram, backEnd: BackEnd): Promise<void> {
  for (const { path, ...file } of renderBootFiles(policy, backEnd)) await writeWhole(run, path, file);
  await mustRun(run, ['sh', '-c', `[ ! -d /run/systemd/system ] || systemctl enable --quiet ${BOOT_UNIT}`]);
}
