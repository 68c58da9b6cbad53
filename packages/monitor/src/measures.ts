import type { GuestUse } from './activity.ts';
import { formatShort } from './quantities.ts';

/** A number of a guest, as a table shows it and sorts by it, and as a `History` keeps it. */
export interface Measure {
  /** As it heads its column. */
  readonly heading: string;
  /** Null when it is not known. */
  readonly of: (guest: GuestUse) => number | null;
  readonly format: (value: number) => string;
}

/** `0.0`, `99.9`, `1600` */
const formatPercent = (value: number): string => value.toFixed(value < 99.95 ? 1 : 0);

export const measures = {
  cpu: { heading: 'CPU%', of: ({ cpuPercent }) => cpuPercent, format: formatPercent },
  memory: { heading: 'MEM', of: ({ residentBytes }) => residentBytes, format: formatShort },
  read: { heading: 'READ/s', of: ({ readBytesPerSecond }) => readBytesPerSecond, format: formatShort },
  write: { heading: 'WRITE/s', of: ({ writeBytesPerSecond }) => writeBytesPerSecond, format: formatShort },
  received: { heading: 'IN/s', of: ({ receivedBytesPerSecond }) => receivedBytesPerSecond, format: formatShort },
  sent: { heading: 'OUT/s', of: ({ sentBytesPerSecond }) => sentBytesPerSecond, format: formatShort },
} as const satisfies { readonly [name in string]: Measure };

export type MeasureName = keyof typeof measures;

export const measureNames = Object.keys(measures) as MeasureName[];
