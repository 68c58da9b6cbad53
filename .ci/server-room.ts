import type { DiskCounters } from '@kvm/iostat-parse';
import type { DomainReading, HostReading, Reading, Roster } from '@kvm/monitor';

/** Counters of a disk that did nothing but what is said. */
export const diskCounters = (name: string, done: Partial<DiskCounters> = {}): DiskCounters => ({
  name,
  ...{ reads: 0, readMerges: 0, readBytes: 0, readMs: 0, writes: 0, writeMerges: 0, writeBytes: 0, writeMs: 0 },
  ...{ discards: 0, discardMerges: 0, discardBytes: 0, discardMs: 0, flushes: 0, flushMs: 0, busyMs: 0, queueMs: 0 },
  ...done,
});

export const domainReading = (name: string, more: Partial<DomainReading> = {}): DomainReading => ({
  ...{ name, uuid: `uuid of ${name}`, vmid: null, state: 'running', cpuTimeNs: 0, vcpus: 1 },
  ...{ memoryBytes: 512 * 1024 ** 2, residentBytes: 200 * 1024 ** 2, interfaces: [], disks: [] },
  ...more,
});

export const hostReading = (more: Partial<HostReading> = {}): HostReading => ({
  ...{ name: 'management', cpus: 2, cpuTicks: { busy: 0, total: 0 } },
  ...{ memoryBytes: 4 * 1024 ** 3, availableBytes: 3 * 1024 ** 3, disks: [] },
  ...more,
});

/** @param seconds on the clock that nobody sets, and after 2009-10-27T12:00:00Z */
export const readingAt = (seconds: number, more: Partial<Reading> = {}): Reading => ({
  ...{ time: Date.UTC(2009, 9, 27, 12) + seconds * 1000, clock: seconds * 1000, problems: [] },
  ...more,
});

const kB = 1024;
const guests = [
  { name: 'common', vmid: 60 },
  { name: 'db', vmid: 61 },
  { name: 'aj', vmid: 62 },
  { name: 'public', vmid: 65 },
  { name: 'private', vmid: 66 },
];

export const roster: Roster = {
  guests: guests.map((guest) => ({ ...guest, volumes: [`vg/${guest.name}.root`, `vg/${guest.name}.home`] })),
};

/** The server room: what its iostat showed in each second, and CPU, memory and network that go with it. */
export function serverRoom(seconds: number): Reading {
  const disk = (name: string, read: number, written: number, more: Partial<DiskCounters> = {}): DiskCounters =>
    diskCounters(name, { readBytes: read * kB * seconds, writeBytes: written * kB * seconds, ...more });
  const domain = (name: string, vmid: number, cpuPercent: number, network: number): DomainReading =>
    domainReading(name, {
      vmid,
      cpuTimeNs: cpuPercent * 1e7 * seconds,
      interfaces: [
        {
          name: `tun${vmid}`,
          ...{ receivedBytes: network * kB * seconds, receivedPackets: 0 },
          ...{ sentBytes: 2 * network * kB * seconds, sentPackets: 0 },
        },
      ],
    });
  return readingAt(seconds, {
    host: hostReading({
      cpuTicks: { busy: 5.16 * seconds, total: 200 * seconds },
      disks: [
        disk('sda', 20.41, 81.74, {
          writes: 7 * seconds,
          writeMs: 40 * seconds,
          queueMs: 40 * seconds,
          busyMs: 30 * seconds,
        }),
        disk('sda1', 20.41, 81.74, { writes: 7 * seconds }),
        disk('md2', 42.84, 78.88, { writes: 25 * seconds }),
        disk('vg-aj.home', 15.98, 5.7, { reads: seconds, readMs: 8 * seconds, queueMs: 8 * seconds }),
        disk('vg-public.root', 0.65, 0.15),
        disk('vg-private.root', 5.57, 0.41),
        disk('vg-db.root', 0.06, 29.85, {
          writes: 74 * seconds,
          writeMs: 3108 * seconds,
          queueMs: 3100 * seconds,
          busyMs: 970 * seconds,
        }),
      ],
    }),
    domains: [
      domain('common', 60, 0.5, 1),
      domain('db', 61, 12.5, 300),
      domain('aj', 62, 1, 0),
      domain('public', 65, 3, 1500),
      domainReading('private', { vmid: 66, state: 'shutoff', vcpus: 0, memoryBytes: 0, residentBytes: 0 }),
    ],
  });
}
