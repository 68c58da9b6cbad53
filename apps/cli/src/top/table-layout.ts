import { type GuestUse, type MeasureName, measureNames, measures } from '@kvm/monitor';
import { cellWidth } from '../output/cell-width.ts';
import type { SortKey } from './view.ts';

/** Which columns there are, and how wide, in cells. */
export interface TableLayout {
  readonly width: number;
  readonly name: number;
  readonly measures: readonly MeasureName[];
  /** Zero where there is no room for it. */
  readonly history: number;
}

/** The cursor and the VMID stand before the name: `> 4095 `. */
export const beforeName = 7;
/** Between two columns. */
export const gap = 2;
/** The longest number has five characters. */
export const measureWidth = (name: MeasureName): number => Math.max(5, measures[name].heading.length);

/** In a narrow terminal the last of these go first, but never what is sorted by. */
const importance: readonly MeasureName[] = ['write', 'read', 'cpu', 'memory', 'received', 'sent'];
const leastName = 14;
const leastHistory = 5;
const mostHistory = 60;

/** Guests' names get what they need, but in a terminal of 80 no more than leaves room for the rest. */
export function layOut(guests: readonly GuestUse[], width: number, sort: SortKey): TableLayout {
  const longest = Math.max(leastName, ...guests.map((guest) => cellWidth(guest.name)));
  const name = Math.max(
    1,
    Math.min(longest, leastName + Math.max(0, Math.floor((width - 80) / 2)), width - beforeName),
  );
  let left = width - beforeName - name;
  const ranked = [...importance].sort((a, b) => Number(b === sort) - Number(a === sort));
  const chosen = ranked.filter((measure) => {
    const needed = gap + measureWidth(measure);
    if (needed > left) return false;
    left -= needed;
    return true;
  });
  const history = Math.min(mostHistory, left - gap);
  return {
    width,
    name,
    measures: measureNames.filter((measure) => chosen.includes(measure)),
    history: history >= leastHistory ? history : 0,
  };
}
