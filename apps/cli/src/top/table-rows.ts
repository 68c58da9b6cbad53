import { type DiskUse, formatShort, type GuestUse, type History, type MeasureName, measures } from '@kvm/monitor';
import { fit } from './cells.ts';
import { sparkline } from './sparkline.ts';
import type { Style } from './style.ts';
import { beforeName, gap, measureWidth, type TableLayout } from './table-layout.ts';
import type { SortKey } from './view.ts';

const between = ' '.repeat(gap);

function row(start: string, cells: readonly string[], end: string, width: number): string {
  return fit([start, ...cells, end].join(between), width);
}

/** What the history shows where the order is not by a number. */
const historyMeasure = (sort: SortKey): MeasureName => (sort === 'name' || sort === 'vmid' ? 'write' : sort);

export function headingRow(layout: TableLayout): string {
  const cells = layout.measures.map((name) => fit(measures[name].heading, measureWidth(name), 'right'));
  return row(`  VMID ${fit('GUEST', layout.name)}`, cells, layout.history > 0 ? 'HISTORY' : '', layout.width);
}

export function guestRow(
  guest: GuestUse,
  { selected, sort, history }: { readonly selected: boolean; readonly sort: SortKey; readonly history: History },
  layout: TableLayout,
  { paint, ascii }: Style,
): string {
  const cells = layout.measures.map((name) => fit(formatted(name, guest), measureWidth(name), 'right'));
  const running = guest.state === 'running' || guest.state === 'unknown';
  const bars = sparkline(history.of(guest.name, historyMeasure(sort)), layout.history, ascii);
  const start = `${selected ? '>' : ' '} ${fit(String(guest.vmid ?? '-'), 4, 'right')} ${fit(guest.name, layout.name)}`;
  const line = row(start, cells, running ? bars : fit(guest.state, layout.history), layout.width);
  if (selected) return paint.inverse(line);
  return running ? line : paint.dim(line);
}

function formatted(name: MeasureName, guest: GuestUse): string {
  const value = measures[name].of(guest);
  return value === null ? '-' : measures[name].format(value);
}

/** A disk below its guest: `  - root    0  29.8M  queue 3.1  42 ms  busy 97%` */
export function diskRow(name: string, disk: DiskUse, layout: TableLayout, { paint, ascii }: Style): string {
  const places: { readonly [measure in MeasureName]?: number } = {
    read: disk.readBytesPerSecond,
    write: disk.writeBytesPerSecond,
  };
  const shown = layout.measures.filter((measure) => measure !== 'received' && measure !== 'sent');
  const cells = shown.map((measure) => {
    const value = places[measure];
    return fit(value === undefined ? '' : formatShort(value), measureWidth(measure), 'right');
  });
  const branch = ascii ? '-' : '└';
  const start = `${' '.repeat(beforeName)}${fit(` ${branch} ${name}`, layout.name)}`;
  const line = row(start, cells, detailsOf(disk), layout.width);
  return (disk.busyPercent ?? 0) >= 80 ? paint.red(line) : paint.cyan(line);
}

function detailsOf({ queueLength, awaitMs, busyPercent }: DiskUse): string {
  return [
    `q ${queueLength.toFixed(1)}`.padEnd(7),
    (awaitMs === null ? '' : `${formatMs(awaitMs)} ms`).padStart(7),
    busyPercent === null ? '' : `busy ${Math.round(busyPercent)}%`,
  ].join(' ');
}

const formatMs = (ms: number): string => ms.toFixed(ms < 9.95 ? 1 : 0);
