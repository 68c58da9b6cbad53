import type { RunProgram } from '@kvm/command';
import { hostUnits } from '../../desired/host-units.ts';
import type { Observed, ObservedUnit } from '../../observed.ts';
import { mustRun } from '../access/must-run.ts';

/** Says of each unit that it is given, a line each, its name, and what systemctl says of it. */
const unitScript = `
for unit do
  for more in /etc/systemd/system/"$unit".d/*.conf /run/systemd/system/"$unit".d/*.conf; do
    [ ! -e "$more" ] || echo "$unit + $more"
  done
done
[ -d /run/systemd/system ] || exit 0
for unit do
  enabled=$(systemctl is-enabled "$unit" 2>/dev/null) || :
  active=$(systemctl is-active "$unit" 2>/dev/null) || :
  echo "$unit \${enabled:-unknown} \${active:-unknown}"
done
`;

/** The units of ours, by name, as far as systemd runs; and files by which somebody has changed them, `/etc/systemd/system/x.service.d/y.conf`. */
export async function observeUnits(run: RunProgram): Promise<Pick<Observed, 'units' | 'unitChanges'>> {
  const output = await mustRun(run, ['sh', '-c', unitScript, 'units', ...hostUnits]);
  const lines = output.split('\n').map((line) => line.split(' '));
  return {
    units: new Map(
      lines.flatMap(([unit = '', enabled = '', active = '']): [string, ObservedUnit][] =>
        unit && enabled !== '+' ? [[unit, { enabled, active }]] : [],
      ),
    ),
    unitChanges: lines.flatMap(([unit = '', sign, ...path]) => (sign === '+' ? [{ unit, path: path.join(' ') }] : [])),
  };
}
