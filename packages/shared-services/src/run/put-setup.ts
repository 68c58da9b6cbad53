import type { RunProgram } from '@kvm/command';
import { type MachineSetup, ServicesError } from '../index.ts';
import { UNFINISHED } from '../machine-setup.ts';
import { systemTools } from '../system-tools.ts';
import type { SetupDifference } from './compare-setup.ts';
import { mustRun } from './must-run.ts';

/** A file is there whole or as it was, also when what sends it is killed in the middle; nobody else reads it before. */
const PUT = `folder="$(dirname "$0")"; umask 022; mkdir -p "$folder"; umask 077
new="$folder/.kvmctl-new.\${0##*/}"; cat >"$new" # dnsmasq reads all in its folder but what begins with a dot
[ "$(wc -c <"$new")" -eq "$1" ] || { rm "$new"; echo "$0: its text broke off" >&2; exit 1; }
chown "$2" "$new"; chmod "$3" "$new"; sync "$new"; mv -fT "$new" "$0"`;
const BEGIN = 'mkdir -p "$(dirname "$0")"; : >"$0"; sync "$0"';

/**
 * Puts onto a machine what it lacks of its setup, runs the setup's commands and restarts its units. Killed in between, it leaves
 * a mark by which {@link compareSetup} knows what is still to be done.
 *
 * @param setup with its secrets
 * @returns the units that were restarted; none where nothing runs that would
 * @throws ServicesError `missing-packages` before anything is changed; `program-failed`
 */
export async function putSetup(
  setup: MachineSetup,
  { packages, files, interrupted }: SetupDifference,
  run: RunProgram,
): Promise<readonly string[]> {
  const tools = systemTools[setup.system];
  if (packages.length > 0) {
    const install = `${tools.install} ${packages.join(' ')}`;
    throw new ServicesError('missing-packages', `${setup.machine} lacks packages: run there \`${install}\`.`);
  }
  if (files.length === 0 && !interrupted) return [];
  await mustRun(run, ['sh', '-euc', BEGIN, UNFINISHED]);
  for (const { file } of files) {
    const { path, mode, owner, group, content } = file;
    const size = String(Buffer.byteLength(content));
    await mustRun(run, ['sh', '-euc', PUT, path, size, `${owner}:${group}`, mode.toString(8)], content);
  }
  const isAlive = (await run(['test', '-d', tools.alive])).exitCode === 0;
  for (const [program, ...words] of setup.commands)
    if (program !== undefined && (isAlive || program !== 'systemctl')) await mustRun(run, [program, ...words]);
  const units = isAlive ? setup.units : [];
  for (const unit of units) {
    await mustRun(run, tools.enable(unit));
    await mustRun(run, tools.restart(unit));
  }
  await mustRun(run, ['rm', '-f', UNFINISHED]);
  return units;
}
