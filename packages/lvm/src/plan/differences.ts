import type { Match } from './match.ts';
import { layoutOf, type Places, sameLayout } from './observed.ts';
import type { Difference } from './plan.ts';
import { disksOn, type Room } from './room.ts';
import { describeLayout } from './step.ts';

/** What a plan leaves as it is, though it is not as desired: a move is a person's decision, and a new layout a copy. */
export function differences(
  matches: readonly Match[],
  rooms: ReadonlyMap<string, Room>,
  places: Places,
): readonly Difference[] {
  return matches.flatMap(({ desired, observed }) => {
    const room = rooms.get(desired.vg);
    if (observed === undefined || room === undefined) return [];
    const at = { vg: desired.vg, volume: desired.name };
    const found: Difference[] = [];
    const layout = layoutOf(observed);
    if (layout === undefined || !sameLayout(layout, desired.layout)) {
      const is = layout ? describeLayout(layout) : observed.layout.join(',');
      found.push({ ...at, what: 'layout', is, wanted: describeLayout(desired.layout) });
    }
    if (desired.on === undefined) return found;
    const allowed = disksOn(room, desired.on).map(({ device }) => device);
    const lies = [...new Set(places.rangesOf(observed).map(({ on }) => on))];
    if (lies.some((disk) => !allowed.includes(disk)))
      found.push({ ...at, what: 'place', is: lies.join(' '), wanted: allowed.join(' ') });
    return found;
  });
}
