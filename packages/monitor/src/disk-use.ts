import { type DeviceSample, diskRates, type IostatMetric } from '@kvm/iostat-parse';
import { type Disk, type GuestDisks, guestDisks } from './guest-disks.ts';
import type { DomainReading, Reading, Roster } from './reading.ts';

/** Rates of a disk between two readings. */
export interface DiskUse {
  /** `db.root`, `sda`; of a file its last name. */
  readonly name: string;
  /** As in /proc/diskstats; null for a disk that is no block device of this machine. */
  readonly device: string | null;
  readonly readBytesPerSecond: number;
  readonly writeBytesPerSecond: number;
  readonly readsPerSecond: number;
  readonly writesPerSecond: number;
  /** How long a request took on average, waiting included; null without requests. */
  readonly awaitMs: number | null;
  /** How many requests were under way, on average. */
  readonly queueLength: number;
  /** How much of the time a request was under way: 0 to 100; null where QEMU counts, which does not tell. */
  readonly busyPercent: number | null;
}

export interface DisksInUse {
  readonly byGuest: ReadonlyMap<string, readonly DiskUse[]>;
  /** The host's disks that are no guest's. */
  readonly others: readonly DiskUse[];
}

/** Where the first reading lacks the host or the domains, the rates of their disks are 0: what they did since is not known. */
export function compareDisks(before: Reading, after: Reading, roster: Roster | undefined): DisksInUse {
  const earlier = countersIn(guestDisks({ ...after, ...before, domains: domainsBefore(before, after) }, roster));
  const { byGuest, others } = guestDisks(after, roster);
  const rates = diskRates(earlier, countersIn({ byGuest, others }), after.clock - before.clock);
  const rateOf = new Map(rates.map((sample) => [sample.name, sample]));
  const uses = (disks: readonly Disk[]): DiskUse[] =>
    disks.flatMap((disk) => {
      const sample = rateOf.get(disk.counters.name);
      return sample === undefined ? [] : [useOf(disk, sample)];
    });
  return { byGuest: new Map([...byGuest].map(([guest, disks]) => [guest, uses(disks)])), others: uses(others) };
}

/** As they were before; what was not counted of a guest that ran already has done nothing since. */
function domainsBefore(before: Reading, after: Reading): readonly DomainReading[] {
  if (before.domains === undefined) return after.domains ?? [];
  const later = new Map(after.domains?.map((domain) => [domain.uuid, domain]));
  return before.domains.map((domain) => {
    if (domain.state === 'shutoff') return domain;
    const counted = domain.disks.filter(({ uncounted }) => !uncounted);
    const targets = new Set(counted.map(({ target }) => target));
    const others = later.get(domain.uuid)?.disks.filter(({ target }) => !targets.has(target)) ?? [];
    return { ...domain, disks: [...counted, ...others] };
  });
}

const countersIn = ({ byGuest, others }: GuestDisks): Disk['counters'][] =>
  [...byGuest.values(), others].flat().map(({ counters }) => counters);

function useOf({ name, device, countedBy }: Disk, sample: DeviceSample): DiskUse {
  const get = (metric: IostatMetric): number => sample.get(metric) ?? 0;
  const reads = get('readsPerSecond');
  const writes = get('writesPerSecond');
  const waitedMs = reads * get('readAwaitMs') + writes * get('writeAwaitMs');
  return {
    name,
    device: countedBy === 'kernel' ? device : null,
    readBytesPerSecond: get('readBytesPerSecond'),
    writeBytesPerSecond: get('writeBytesPerSecond'),
    readsPerSecond: reads,
    writesPerSecond: writes,
    awaitMs: reads + writes > 0 ? waitedMs / (reads + writes) : null,
    queueLength: get('queueLength'),
    busyPercent: countedBy === 'qemu' ? null : Math.min(100, get('utilPercent')),
  };
}
