import type { GuestUse, HostActivity, HostUse } from './activity.ts';
import { type Bottleneck, findBottleneck } from './bottleneck.ts';
import { compareDisks } from './disk-use.ts';
import type { DomainReading, HostReading, Reading, Roster } from './reading.ts';

/** What the host and its guests did between two readings: a line of `kvmctl top --json`. Null is what is not known. */
export interface Sample extends HostActivity {
  readonly version: 1;
  /** The end of the interval, ISO 8601. */
  readonly time: string;
  readonly intervalMs: number;
  readonly bottleneck: Bottleneck | null;
  readonly problems: readonly string[];
}

/**
 * Computes rates from the counters of two readings.
 *
 * @param roster without it, guests are libvirt's, and a volume `<guest>.<disk>` is the guest's
 */
export function compareReadings(before: Reading, after: Reading, roster?: Roster): Sample {
  const intervalMs = after.clock - before.clock;
  const disks = compareDisks(before, after, roster);
  const host = after.host === undefined ? null : compareHosts(before.host, after.host);
  const earlier = new Map(before.domains?.map((domain) => [domain.uuid, domain]));
  const domains = new Map(after.domains?.map((domain) => [domain.name, domain]));
  const listed = new Map(roster?.guests.map(({ name, vmid }) => [name, vmid]));
  const guests = [...new Set([...listed.keys(), ...domains.keys(), ...disks.byGuest.keys()])].map((name): GuestUse => {
    const domain = domains.get(name);
    const own = disks.byGuest.get(name) ?? [];
    return {
      name,
      vmid: listed.get(name) ?? domain?.vmid ?? null,
      ...(domain ? domainUse(earlier.get(domain.uuid), domain, intervalMs) : unknownUse),
      readBytesPerSecond: sumOf(own.map((volume) => volume.readBytesPerSecond)),
      writeBytesPerSecond: sumOf(own.map((volume) => volume.writeBytesPerSecond)),
      volumes: own,
    };
  });
  return {
    version: 1,
    time: new Date(after.time).toISOString(),
    intervalMs,
    host,
    guests,
    disks: disks.others,
    bottleneck: findBottleneck({ host, guests, disks: disks.others }) ?? null,
    problems: after.problems,
  };
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0);

/** How much a counter grew. One that is lower now has begun again at zero. */
const growth = (before: number, after: number): number => (after >= before ? after - before : after);

function compareHosts(before: HostReading | undefined, after: HostReading): HostUse {
  const { name, cpus, memoryBytes, availableBytes } = after;
  const ticks = (kind: 'busy' | 'total'): number => growth(before?.cpuTicks[kind] ?? 0, after.cpuTicks[kind]);
  return {
    name,
    cpus,
    cpuPercent: Math.min(100, (100 * ticks('busy')) / Math.max(1, ticks('total'))),
    memoryBytes,
    memoryUsedBytes: memoryBytes - availableBytes,
  };
}

type DomainUse = Omit<GuestUse, 'name' | 'vmid' | 'volumes' | 'readBytesPerSecond' | 'writeBytesPerSecond'>;

const unknownUse: DomainUse = {
  state: 'unknown',
  cpuPercent: null,
  vcpus: null,
  memoryBytes: null,
  residentBytes: null,
  receivedBytesPerSecond: null,
  sentBytesPerSecond: null,
};

function domainUse(before: DomainReading | undefined, after: DomainReading, intervalMs: number): DomainUse {
  const rate = (grown: (from: DomainReading) => number): number | null =>
    before === undefined || intervalMs <= 0 ? null : (1000 * grown(before)) / intervalMs;
  const cpuNsPerSecond = rate(({ cpuTimeNs }) => growth(cpuTimeNs, after.cpuTimeNs));
  /** Of each interface by itself: one that is taken out makes the sum smaller, which is no new beginning of the others. */
  const traffic = (count: 'receivedBytes' | 'sentBytes'): number | null =>
    rate(({ interfaces }) => {
      const earlier = new Map(interfaces.map((each) => [each.name, each[count]]));
      return sumOf(after.interfaces.map((each) => growth(earlier.get(each.name) ?? 0, each[count])));
    });
  return {
    state: after.state,
    cpuPercent: cpuNsPerSecond === null ? null : cpuNsPerSecond / 1e7,
    vcpus: after.vcpus || null,
    memoryBytes: after.memoryBytes || null,
    residentBytes: after.residentBytes,
    receivedBytesPerSecond: traffic('receivedBytes'),
    sentBytesPerSecond: traffic('sentBytes'),
  };
}
