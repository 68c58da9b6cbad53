import type { DeviceSample, IostatMetric } from '@kvm/iostat-parse';
import type { Session } from '../session.ts';
import { renderTable } from './table.ts';

interface Measure {
  readonly heading: string;
  readonly metric: IostatMetric;
  readonly unit?: number;
}

const measures: readonly Measure[] = [
  { heading: 'READ kB/s', metric: 'readBytesPerSecond', unit: 1024 },
  { heading: 'WRITE kB/s', metric: 'writeBytesPerSecond', unit: 1024 },
  { heading: 'QUEUE', metric: 'queueLength' },
  { heading: 'AWAIT ms', metric: 'awaitMs' },
  { heading: 'READ AWAIT ms', metric: 'readAwaitMs' },
  { heading: 'WRITE AWAIT ms', metric: 'writeAwaitMs' },
  { heading: 'UTIL %', metric: 'utilPercent' },
];

/** What people look at first, of the devices of one report: only what iostat printed. */
export function renderDevices(devices: readonly DeviceSample[], { out, paint }: Session): readonly string[] {
  const printed = measures.filter(({ metric }) => devices.some((device) => device.get(metric) !== undefined));
  const rows = devices.map((device) => [
    device.name,
    ...printed.map(({ metric, unit = 1 }) => {
      const value = device.get(metric);
      return value === undefined ? '' : (value / unit).toFixed(2);
    }),
  ]);
  const columns = [{ heading: 'DEVICE' }, ...printed.map(({ heading }) => ({ heading, align: 'right' as const }))];
  return renderTable(columns, rows, { paint, width: out.width });
}
