import type { Match } from './match.ts';
import type { RenameStep } from './step.ts';

/** A name for a volume that must get out of another's way first. The next plan renames on from here. */
const ASIDE = '.renaming';

/** Renames in an order in which every name is free when it is needed; volumes that change names go aside first. */
export function renames(matches: readonly Match[]): readonly RenameStep[] {
  const waiting = matches.flatMap(({ desired, observed }) =>
    observed && observed.name !== desired.name
      ? [{ vg: desired.vg, uuid: observed.uuid, volume: observed.name, to: desired.name }]
      : [],
  );
  const steps: RenameStep[] = [];
  while (waiting.length > 0) {
    const taken = new Set(waiting.map(({ vg, volume }) => `${vg}/${volume}`));
    const free = waiting.findIndex(({ vg, to }) => !taken.has(`${vg}/${to}`));
    if (free >= 0) {
      const [next] = waiting.splice(free, 1);
      if (next) steps.push({ action: 'rename', ...next, effect: 'live' });
      continue;
    }
    const [next] = waiting.splice(0, 1);
    if (next === undefined) break;
    const aside = `${next.volume}${ASIDE}`;
    steps.push({ action: 'rename', ...next, to: aside, effect: 'live' });
    waiting.push({ ...next, volume: aside });
  }
  return steps;
}
