import {
  formatShort,
  type GuestUse,
  type History,
  type MeasureName,
  measureNames,
  measures,
  volumeLabel,
} from '@kvm/monitor';
import { fit } from './cells.ts';
import { sparkline } from './sparkline.ts';
import type { Style } from './style.ts';
import { layOut } from './table-layout.ts';
import { diskRow } from './table-rows.ts';

/** Everything about one guest: a line of history for each number, then its volumes. */
export function renderGuestPage(guest: GuestUse, history: History, width: number, style: Style): string[] {
  const memory = guest.memoryBytes === null ? [] : [`${formatShort(guest.memoryBytes)} memory`];
  const cpus = guest.vcpus === null ? [] : [`${guest.vcpus} vcpus`];
  const facts = [`VMID ${guest.vmid ?? '-'}`, guest.state, ...cpus, ...memory].join(', ');
  return [
    style.paint.bold(fit(`${guest.name}: ${facts}`, width)),
    '',
    fit(`${'NOW'.padStart(14)}${'MOST'.padStart(7)}  HISTORY`, width),
    ...measureNames.map((name) => measureRow(name, guest, history, { width, style })),
    '',
    ...guest.volumes.map((volume) =>
      diskRow(volumeLabel(volume, guest), volume, layOut([guest], width, 'write'), style),
    ),
  ];
}

function measureRow(
  name: MeasureName,
  guest: GuestUse,
  history: History,
  { width, style }: { readonly width: number; readonly style: Style },
): string {
  const { heading, of, format } = measures[name];
  const value = of(guest);
  const series = history.of(guest.name, name);
  const most = Math.max(0, ...series);
  const start = `${heading.padEnd(8)} ${(value === null ? '-' : format(value)).padStart(5)}  ${format(most).padStart(5)}  `;
  return fit(start + sparkline(series, width - start.length, style.ascii), width);
}
