import type { Desired } from '../desired.ts';
import { volumePath } from '../domain.ts';
import type { Observed } from '../observed.ts';
import type { PlanPart, Waiting } from './step.ts';

/** The guests' disks. */
export function planVolumes({ guests, inventory }: Desired, { volumes }: Observed): PlanPart {
  const { vg } = inventory.host;
  const waiting = guests.flatMap(({ guest }): Waiting[] => {
    const missing = guest.disks
      .map(({ name }) => volumePath(vg, guest.name, name))
      .filter((path) => !volumes.has(path));
    if (missing.length === 0) return [];
    return [
      {
        guest: guest.name,
        kind: 'blocked',
        what: `${guest.name} cannot start: there is no ${missing.join(', ')}`,
        remedy: `Make the volume group ${vg}, or those block devices; then plan again.`,
        changes: [],
      },
    ];
  });
  return { steps: [], waiting };
}
