import type { DiskUse } from './disk-use.ts';
import type { GuestState } from './reading.ts';

/** What is done on a host, in numbers of one interval. Null is what is not known. */
export interface HostActivity {
  readonly host: HostUse | null;
  readonly guests: readonly GuestUse[];
  /** The host's disks that are no guest's. */
  readonly disks: readonly DiskUse[];
}

export interface HostUse {
  readonly name: string;
  readonly cpus: number;
  /** Of all processors together: 0 to 100. */
  readonly cpuPercent: number;
  readonly memoryBytes: number;
  readonly memoryUsedBytes: number;
}

export interface GuestUse {
  readonly name: string;
  readonly vmid: number | null;
  readonly state: GuestState | 'unknown';
  /** Of one processor: 200 is two of them. */
  readonly cpuPercent: number | null;
  readonly vcpus: number | null;
  readonly memoryBytes: number | null;
  /** Memory of the host that it takes. */
  readonly residentBytes: number | null;
  readonly readBytesPerSecond: number;
  readonly writeBytesPerSecond: number;
  readonly receivedBytesPerSecond: number | null;
  readonly sentBytesPerSecond: number | null;
  readonly volumes: readonly DiskUse[];
}
