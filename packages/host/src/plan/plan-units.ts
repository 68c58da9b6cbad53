import { BOOT_UNIT } from '@kvm/firewall';
import { guestsUnit } from '../desired/boot-guests.ts';
import type { Desired } from '../desired/desired.ts';
import type { Observed } from '../observed.ts';
import type { PlanPart, Step, Waiting } from './step.ts';

/**
 * What systemd is to do with the units of ours: else the host starts without its firewall one day, or stops without its guests.
 *
 * @param before steps that write the units, and do the same as they do
 */
export function planHostUnits(
  { policy }: Desired,
  { units = new Map(), unitChanges = [] }: Pick<Observed, 'units' | 'unitChanges'>,
  before: readonly Step[],
): PlanPart {
  const [firewall, guests] = [policy && units.get(BOOT_UNIT), units.get(guestsUnit)];
  const ids = before.map(({ id }) => id);
  const steps: Step[] = [];
  // To load the policy enables the unit as well.
  if (firewall?.enabled === 'disabled' && !ids.includes('load firewall'))
    steps.push(unitStep({ unit: BOOT_UNIT, verb: 'enable', is: firewall.enabled, wanted: 'enabled' }, ids));
  const isLoaded = ids.includes('load units');
  if (guests && guests.enabled !== 'masked' && ['inactive', 'failed'].includes(guests.active) && !isLoaded)
    steps.push(unitStep({ unit: guestsUnit, verb: 'start', is: guests.active, wanted: 'active' }, ids));
  const masked = [...(firewall ? [BOOT_UNIT] : []), guestsUnit].filter((unit) => units.get(unit)?.enabled === 'masked');
  const changed = unitChanges.filter(({ unit }) => policy || unit !== BOOT_UNIT);
  return { steps, waiting: [...masked.map(isMasked), ...changed.map(isChanged)] };
}

interface UnitChange {
  readonly unit: string;
  readonly verb: 'enable' | 'start';
  readonly is: string;
  readonly wanted: string;
}

const unitStep = ({ unit, verb, is, wanted }: UnitChange, after: readonly string[]): Step => ({
  id: `${verb} ${unit}`,
  sign: '~',
  title: `${verb} ${unit}`,
  effect: 'live',
  changes: [{ what: unit, before: is, after: wanted }],
  reason: verb === 'enable' ? 'the host would start without its firewall' : 'the host would not shut its guests down',
  after,
  action: { kind: 'unit', unit, verb },
});

/** What is in it may be meant, and may as well keep the unit from its work. */
const isChanged = ({ unit, path }: { readonly unit: string; readonly path: string }): Waiting => ({
  kind: 'differs',
  in: 'units',
  what: `${path} changes ${unit}`,
  remedy: `\`systemctl cat ${unit}\` shows what it comes to; remove the file, and \`systemctl daemon-reload\`.`,
  changes: [],
});

const isMasked = (unit: string): Waiting => ({
  kind: 'blocked',
  in: 'units',
  what: `somebody has masked ${unit}: the host neither starts nor stops it`,
  remedy: `\`systemctl unmask ${unit}\`, and plan again.`,
  changes: [],
});
