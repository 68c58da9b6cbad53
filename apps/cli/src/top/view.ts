import { type GuestUse, type MeasureName, measures, type Sample } from '@kvm/monitor';
export type SortKey = MeasureName | 'vmid' | 'name';

/** In the order of their columns. */
export const sortKeys: readonly SortKey[] = ['vmid', 'name', 'cpu', 'memory', 'read', 'write', 'received', 'sent'];

/** What of the samples is shown, and how: all that keys change. */
export interface View {
  readonly sort: SortKey;
  readonly inverted: boolean;
  /** Guests with this in their names are shown. */
  readonly filter: string;
  /** Whether the filter is being typed. */
  readonly typing: boolean;
  /** Which volumes stand below their guests. */
  readonly volumes: 'active' | 'all' | 'none';
  /** The guest that the cursor is on; undefined for the first. */
  readonly selected: string | undefined;
  readonly page: 'guests' | 'guest' | 'help';
  readonly paused: boolean;
  /** Whether a recording has come to its end. */
  readonly ended: boolean;
  readonly intervalSeconds: number;
}

export const firstView = (intervalSeconds: number): View => ({
  sort: 'write',
  inverted: false,
  filter: '',
  typing: false,
  volumes: 'active',
  selected: undefined,
  page: 'guests',
  paused: false,
  ended: false,
  intervalSeconds,
});

/** The guests that the filter leaves, sorted: numbers from the largest, names and VMIDs from the first. */
export function shownGuests({ guests }: Sample, { filter, sort, inverted }: View): readonly GuestUse[] {
  const wanted = filter.toLowerCase();
  const shown = guests.filter(({ name }) => name.toLowerCase().includes(wanted));
  const sorted = shown.sort((a, b) => compareBy(sort, a, b) || compareText(a.name, b.name));
  return inverted ? sorted.reverse() : sorted;
}

function compareBy(sort: SortKey, a: GuestUse, b: GuestUse): number {
  if (sort === 'name') return compareText(a.name, b.name);
  if (sort === 'vmid') return (a.vmid ?? Number.MAX_SAFE_INTEGER) - (b.vmid ?? Number.MAX_SAFE_INTEGER);
  return (measures[sort].of(b) ?? -1) - (measures[sort].of(a) ?? -1);
}

const compareText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
