import type { Argv, RunProgram } from '@kvm/command';
import { type MachineSetup, ServicesError, type System } from '../index.ts';
import { systemTools } from '../system-tools.ts';
import type { Leftovers } from './compare-setup.ts';
import { mustRun } from './must-run.ts';
import { takeFileBack } from './put-file.ts';

const unitFolder = '/etc/systemd/system/';

/** A unit that a file of ours defines. */
const unitOf = (path: string): string | undefined =>
  path.startsWith(unitFolder) && /^[^/]+\.(?:mount|automount|service|timer)$/.test(path.slice(unitFolder.length))
    ? path.slice(unitFolder.length)
    : undefined;

const isMount = (unit: string): boolean => unit.endsWith('.mount');

/**
 * Takes from a machine what has left its setup: stops what is no longer wanted, and then removes its files, or puts back what was
 * there before.
 *
 * @param isAlive whether what starts services runs there
 * @throws ServicesError `program-failed`
 */
export async function takeBack(
  { system }: MachineSetup,
  left: Leftovers,
  { isAlive, run }: { readonly isAlive: boolean; readonly run: RunProgram },
): Promise<void> {
  for (const [program, ...words] of left.undo)
    if (program !== undefined && (isAlive || program !== 'systemctl')) await tolerateMissing(run, [program, ...words]);
  if (isAlive) await stopUnits(system, left, run);
  for (const { path, before } of left.files) await takeFileBack(path, before, run);
  if (isAlive) await releaseUnits(system, left, run);
}

async function stopUnits(system: System, { files, units }: Leftovers, run: RunProgram): Promise<void> {
  const named = units.flatMap(({ unit, how }) => (how === 'stop' ? [unit] : []));
  const stopped = [...new Set([...named, ...files.flatMap(({ path }) => unitOf(path) ?? [])])];
  const { stop } = systemTools[system];
  for (const unit of stopped.filter((each) => !isMount(each))) await mustRun(run, stop(unit));
  // The kernel's server holds what it exports; the list of exports is the new one already.
  if (stopped.some(isMount)) await tolerateMissing(run, ['exportfs', '-ra']);
  for (const unit of stopped.filter(isMount)) await mustRun(run, stop(unit));
}

async function releaseUnits(system: System, { files, units }: Leftovers, run: RunProgram): Promise<void> {
  if (files.some(({ path }) => path.startsWith(unitFolder))) await mustRun(run, ['systemctl', 'daemon-reload']);
  for (const { unit, how } of units) if (how === 'release') await mustRun(run, systemTools[system].release(unit));
}

/** A program that is gone has nothing to take back. */
async function tolerateMissing(run: RunProgram, command: Argv): Promise<void> {
  // By a shell, because a guest's agent fails where there is no such program.
  const { exitCode, stderr } = await run(['sh', '-c', 'exec "$@"', 'sh', ...command]);
  if (exitCode === 0 || exitCode === 126 || exitCode === 127) return;
  throw new ServicesError(
    'program-failed',
    `\`${command.join(' ')}\` failed: ${stderr.trim() || `exit status ${exitCode}`}`,
  );
}
