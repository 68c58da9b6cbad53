import { volumeNameFault } from '../names.ts';
import type { DesiredVolume, Layout } from './desired.ts';
import type { Problems } from './problems.ts';

/** lvm(8): what a tag may consist of. */
const OWNER = /^[\w+./=!:&#-]{1,200}$/;

/** Reports what no host could become. */
export function checkDesired(desired: readonly DesiredVolume[], problems: Problems): void {
  for (const volume of desired) checkVolume(volume, problems);
  const names = repeated(desired.map(({ vg, name }) => `${vg}/${name}`));
  for (const where of names) problems.add('name-taken', where, ['Two volumes are to have this name.', 'Rename one.']);
  const owners = repeated(desired.map(({ vg, owner }) => `${vg}: ${owner}`));
  for (const where of owners) problems.add('name-taken', where, ['Two volumes are to be this.', 'Leave out one.']);
}

function checkVolume(volume: DesiredVolume, problems: Problems): void {
  const { vg, name, bytes, owner, layout } = volume;
  const where = `${vg}/${name}`;
  const fault = volumeNameFault(vg, name, layout.type);
  if (fault !== undefined) problems.add('invalid-name', where, [`The name ${fault}.`, 'Choose another one.']);
  if (!OWNER.test(owner)) {
    const message = `${JSON.stringify(owner)} cannot be written as a tag.`;
    problems.add('invalid-name', where, [message, 'Use letters, digits, / and -.']);
  }
  if (!Number.isFinite(bytes) || bytes <= 0)
    problems.add('invalid-size', where, [`${bytes} bytes is no size.`, 'Write at least one byte.']);
  const legs = legsOf(layout);
  if (legs !== undefined && !(Number.isInteger(legs) && legs >= 2 && legs <= 64))
    problems.add('bad-layout', where, [`${layout.type} over ${legs} disks cannot be.`, 'Write 2 or more.']);
}

function repeated(names: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const name of names) (seen.has(name) ? twice : seen).add(name);
  return twice;
}

/** Disks that a layout needs at once; undefined where it is one, or none. */
function legsOf(layout: Layout): number | undefined {
  if (layout.type === 'striped') return layout.stripes;
  return layout.type === 'raid1' ? layout.legs : undefined;
}
