import { IostatError } from './errors.ts';
import type { DeviceSample, IostatReport } from './report.ts';

/**
 * Gives the CSV (RFC 4180, with `\n`) of one report after the other: a row a device, with the columns of the first
 * report that has devices.
 *
 * ```text
 * report,time,device,group,transfersPerSecond,readBytesPerSecond
 * 1,,sda,false,7.41,20899.84
 * ```
 *
 * @throws IostatError `other-columns` when a later report has a column that the first has not
 */
export function csvRenderer(): (report: IostatReport) => readonly string[] {
  let header: readonly string[] | undefined;
  let number = 0;
  return ({ devices, timestamp = '' }) => {
    number += 1;
    const [first] = devices;
    if (first === undefined) return [];
    const names = header ?? columnsOf(devices);
    const lines = header ? [] : [['report', 'time', 'device', 'group', ...names]];
    header = names;
    for (const device of devices) lines.push([String(number), timestamp, ...cells(device, names, number)]);
    return lines.map((line) => line.map(quoted).join(','));
  };
}

const columnsOf = (devices: readonly DeviceSample[]): readonly string[] => [
  ...new Set(devices.flatMap((device) => Object.keys(device.metrics()))),
];

function cells(device: DeviceSample, names: readonly string[], report: number): readonly string[] {
  const metrics = device.metrics();
  const strange = Object.keys(metrics).find((name) => !names.includes(name));
  if (strange !== undefined) {
    const message = `report ${report} has a column ${strange} that those before have not: write one run of iostat a file`;
    throw new IostatError('other-columns', message);
  }
  return [device.name, String(device.group), ...names.map((name) => String(metrics[name] ?? ''))];
}

const quoted = (cell: string): string => (/[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
