import { createHash } from 'node:crypto';
import type { RunProgram } from '@kvm/command';
import type { MachineSetup, ServiceFile } from '../index.ts';
import { UNFINISHED } from '../machine-setup.ts';
import { systemTools } from '../system-tools.ts';
import { mustRun } from './must-run.ts';

/** How a file on a machine differs from the one of its setup. */
export interface FileDifference {
  readonly file: ServiceFile;
  /** What there is instead, never what it says: `is not there`, `says something else`, `mode 0644`, `owner root:root`. */
  readonly found: readonly string[];
}

/** What a machine lacks of its setup. */
export interface SetupDifference {
  readonly machine: string;
  /** Packages that are not installed. */
  readonly packages: readonly string[];
  readonly files: readonly FileDifference[];
  /** Files were put there before, and the programs that use them not told. */
  readonly interrupted: boolean;
}

/** A line a path: `644 root root SHA256`, or `-` where there is no plain file. */
const LOOK = `while IFS= read -r path; do
  if [ -f "$path" ] && [ ! -L "$path" ]; then
    sum=$(sha256sum <"$path"); echo "$(stat -c '%a %U %G' "$path") \${sum%% *}"
  else echo -; fi
done
[ ! -e "$0" ] || echo interrupted`;

/**
 * Compares a machine with its setup.
 *
 * @param setup with its secrets
 * @param run runs a program as root on the machine
 * @throws ServicesError `program-failed`
 */
export async function compareSetup(setup: MachineSetup, run: RunProgram): Promise<SetupDifference> {
  const { machine, files } = setup;
  const paths = files.map(({ path }) => `${path}\n`).join('');
  const lines = (await mustRun(run, ['sh', '-euc', LOOK, UNFINISHED], paths)).split('\n');
  return {
    machine,
    packages: await missing(setup, run),
    files: files.flatMap((file, index) => {
      const found = differences(file, lines[index] ?? '-');
      return found.length === 0 ? [] : [{ file, found }];
    }),
    interrupted: lines.includes('interrupted'),
  };
}

function differences({ mode, owner, group, content }: ServiceFile, line: string): string[] {
  const [itsMode = '', itsOwner, itsGroup, sum] = line.split(' ');
  if (sum === undefined) return ['is not there'];
  return [
    ...(sum === createHash('sha256').update(content).digest('hex') ? [] : ['says something else']),
    ...(Number.parseInt(itsMode, 8) === mode ? [] : [`mode ${itsMode.padStart(4, '0')}`]),
    ...(itsOwner === owner && itsGroup === group ? [] : [`owner ${itsOwner}:${itsGroup}`]),
  ];
}

async function missing({ packages, system }: MachineSetup, run: RunProgram): Promise<string[]> {
  if (packages.length === 0) return [];
  // It fails where one of them is unknown, and tells of the others all the same.
  const query = await run([...systemTools[system].installed, ...packages]);
  const installed = new Set(query.stdout.split('\n'));
  return packages.filter((name) => !installed.has(`${name} installed`));
}
