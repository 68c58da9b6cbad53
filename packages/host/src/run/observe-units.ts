import type { RunProgram } from '@kvm/command';
import { hostUnits } from '../host-units.ts';
import type { ObservedUnit } from '../observed.ts';
import { mustRun } from './must-run.ts';

/** Says of each unit that it is given, a line each, its name, and what systemctl says of it. */
const unitScript = `
[ -d /run/systemd/system ] || exit 0
for unit do
  enabled=$(systemctl is-enabled "$unit" 2>/dev/null) || :
  active=$(systemctl is-active "$unit" 2>/dev/null) || :
  echo "$unit \${enabled:-unknown} \${active:-unknown}"
done
`;

/** The units of ours, by name; empty where no systemd runs. */
export async function observeUnits(run: RunProgram): Promise<ReadonlyMap<string, ObservedUnit>> {
  const output = await mustRun(run, ['sh', '-c', unitScript, 'units', ...hostUnits]);
  return new Map(
    output.split('\n').flatMap((line): [string, ObservedUnit][] => {
      const [unit = '', enabled = '', active = ''] = line.split(' ');
      return unit ? [[unit, { enabled, active }]] : [];
    }),
  );
}
