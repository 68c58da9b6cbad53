import type { GuestUse, HostActivity } from './activity.ts';
import type { DiskUse } from './disk-use.ts';
import { formatRate } from './quantities.ts';

/** Who makes others wait, or, while nobody does, who does most. */
export interface Bottleneck {
  readonly resource: 'disk' | 'cpu' | 'memory';
  /** Null when it is no guest, but the host's own processes. */
  readonly guest: string | null;
  /** How much of the resource is in use: 0 to 1. */
  readonly pressure: number;
  /** Whether so much of it is in use that somebody waits. */
  readonly tight: boolean;
  /** `db.root writes 29.85 kB/s, 83 % of all guests` */
  readonly what: string;
  /** `queue 3.1, await 42 ms, busy 97 %` */
  readonly why: string;
}

/** From here on queues grow steeply: of requests that come by chance, four wait at 0.8, nine at 0.9 (M/M/1). */
const tightPressure = 0.8;
/** A request that takes this long is felt; one of a hard disk that nobody else uses takes about as long. */
const slowMs = 10;
/** Where four and more requests are under way, one of a solid-state disk that keeps up still takes less. */
const crowded = { queueLength: 4, awaitMs: 1 };
/** Memory is there to be used; only its last tenth is a bottleneck. */
const tightMemory = 0.9;
/** From here on the guests are the reason: this part of what is used is theirs. */
const guestsPart = 0.5;

/**
 * The tightest of disks, processors and memory, and the guest that uses most of it; a guest's comes before one of the
 * host's own processes. Where none is tight, who reads and writes most; where nobody does, who computes most.
 */
export function findBottleneck(activity: HostActivity): Bottleneck | undefined {
  const volume = busiestVolume(activity);
  const cpu = cpuUse(activity);
  const disk = busiestHostDisk(activity);
  // The disk below a volume waits with it, a little more or a little less: the volume says more.
  const same = volume?.tight && disk?.guest === volume.guest;
  const tight = [volume, cpu, memoryUse(activity), same ? undefined : disk].filter((each) => each?.tight);
  const [first] = tight.sort((a, b) => rank(b) - rank(a));
  return first ?? volume ?? cpu;
}

const rank = (bottleneck: Bottleneck | undefined): number =>
  (bottleneck?.pressure ?? 0) + (typeof bottleneck?.guest === 'string' ? 1 : 0);

const percent = (part: number, whole: number): string =>
  `${Math.round((100 * part) / Math.max(whole, Number.MIN_VALUE))} %`;

const sumOver = <Item>(items: readonly Item[], size: (item: Item) => number): number =>
  items.reduce((sum, each) => sum + size(each), 0);

const largest = <Item>(items: readonly Item[], size: (item: Item) => number): Item | undefined =>
  items.reduce<Item | undefined>(
    (best, each) => (best === undefined || size(each) > size(best) ? each : best),
    undefined,
  );

const bytesOf = ({ readBytesPerSecond, writeBytesPerSecond }: DiskUse): number =>
  readBytesPerSecond + writeBytesPerSecond;

/** The disk with the longest queue, which by Little's law is requests a second times the time each takes. */
function busiest<Item extends { readonly disk: DiskUse }>(disks: readonly Item[]): Item | undefined {
  const working = disks.filter(({ disk }) => bytesOf(disk) > 0);
  const queued = working.some(({ disk }) => disk.queueLength > 0);
  return largest(working, ({ disk }) => (queued ? disk.queueLength : bytesOf(disk)));
}

/**
 * Whether requests wait for each other. Their time tells, not how long the disk was busy: what works on many requests at
 * once, as NVMe and RAID do, is busy all the time at a fraction of what it can do (iostat(1), %util).
 */
const isSlow = ({ awaitMs, queueLength }: DiskUse): boolean =>
  awaitMs === null || awaitMs >= slowMs || (queueLength >= crowded.queueLength && awaitMs >= crowded.awaitMs);

/** How full a disk is by its queue alone, of which M/M/1 has p / (1 - p) requests, and by its busy time where that tells. */
function pressureOf(disk: DiskUse): number {
  const { busyPercent, queueLength } = disk;
  if (busyPercent === null) return isSlow(disk) ? Math.min(1, queueLength) : byQueue(disk);
  return isSlow(disk) ? Math.min(1, Math.max(busyPercent / 100, byQueue(disk))) : byQueue(disk);
}

const byQueue = ({ queueLength }: DiskUse): number => queueLength / (1 + queueLength);

const isTight = (disk: DiskUse): boolean => isSlow(disk) && pressureOf(disk) >= tightPressure;

function busiestVolume({ guests }: HostActivity): Bottleneck | undefined {
  const top = busiest(guests.flatMap(({ name, volumes }) => volumes.map((disk) => ({ guest: name, disk }))));
  if (top === undefined) return undefined;
  const { direction, verb } = directionOf(top.disk);
  const all = sumOver(guests, (guest) => guest[direction]);
  return diskBottleneck(top.disk, top.guest, `${verb}, ${percent(top.disk[direction], all)} of all guests`);
}

/** One that is no guest's volume. What guests do passes it, too: only what is more than they do is the host's own. */
function busiestHostDisk({ disks, guests }: HostActivity): Bottleneck | undefined {
  const top = largest(disks.filter(isTight), pressureOf);
  if (top === undefined) return undefined;
  const { direction, verb } = directionOf(top);
  const all = sumOver(guests, (guest) => guest[direction]);
  const guest = largest(guests, (each) => each[direction]);
  if (guest === undefined || all < guestsPart * top[direction])
    return diskBottleneck(top, null, `${verb}, more than the guests' volumes tell`);
  const does = direction === 'readBytesPerSecond' ? 'reads' : 'writes';
  return diskBottleneck(
    top,
    guest.name,
    `${verb}, and ${guest.name} ${does} ${percent(guest[direction], all)} of all guests`,
  );
}

/** Whether a disk is read or written more. */
function directionOf(disk: DiskUse): { direction: 'readBytesPerSecond' | 'writeBytesPerSecond'; verb: string } {
  const writes = disk.writeBytesPerSecond >= disk.readBytesPerSecond;
  const direction = writes ? 'writeBytesPerSecond' : 'readBytesPerSecond';
  return { direction, verb: `${writes ? 'writes' : 'reads'} ${formatRate(disk[direction])}` };
}

function diskBottleneck(disk: DiskUse, guest: string | null, does: string): Bottleneck {
  const pressure = pressureOf(disk);
  const why = [
    `queue ${disk.queueLength.toFixed(1)}`,
    ...(disk.awaitMs === null
      ? []
      : [`await ${disk.awaitMs < 1 ? Number(disk.awaitMs.toFixed(2)) : Math.round(disk.awaitMs)} ms`]),
    ...(disk.busyPercent === null ? [] : [`busy ${Math.round(disk.busyPercent)} %`]),
  ];
  const what = `${disk.name} ${does}`;
  return { resource: 'disk', guest, pressure, tight: isTight(disk), what, why: why.join(', ') };
}

/** A guest can use all of its own processors, and all guests together all of the host's. */
function cpuUse({ host, guests }: HostActivity): Bottleneck | undefined {
  const used = ({ cpuPercent }: GuestUse): number => cpuPercent ?? 0;
  const own = (guest: GuestUse): number => Math.min(1, used(guest) / (100 * Math.max(1, guest.vcpus ?? 1)));
  const all = sumOver(guests, used);
  const hostPressure = (host?.cpuPercent ?? 0) / 100;
  if (host && hostPressure >= tightPressure && all < guestsPart * host.cpuPercent * host.cpus) {
    const what = `the host's own processes keep its ${host.cpus} CPUs busy`;
    const why = `${percent(hostPressure, 1)} busy, the guests take ${Math.round(all)} % of one`;
    return { resource: 'cpu', guest: null, pressure: hostPressure, tight: true, what, why };
  }
  const top = largest(guests, hostPressure >= tightPressure ? used : own);
  if (top === undefined || used(top) === 0) return undefined;
  const pressure = Math.max(hostPressure, own(top));
  const what = `${top.name} takes ${Math.round(used(top))} % of a CPU, ${percent(used(top), all)} of all guests`;
  const why = `it has ${top.vcpus ?? 1}${host ? `, the host's ${host.cpus} are ${percent(hostPressure, 1)} busy` : ''}`;
  return { resource: 'cpu', guest: top.name, pressure, tight: pressure >= tightPressure, what, why };
}

function memoryUse({ host, guests }: HostActivity): Bottleneck | undefined {
  if (host === null) return undefined;
  const taken = ({ residentBytes }: GuestUse): number => residentBytes ?? 0;
  const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 ** 2)} MB`;
  const all = sumOver(guests, taken);
  const pressure = host.memoryUsedBytes / Math.max(1, host.memoryBytes);
  const top = all < guestsPart * host.memoryUsedBytes ? undefined : largest(guests, taken);
  const what = top
    ? `${top.name} takes ${megabytes(taken(top))} of memory, ${percent(taken(top), all)} of all guests`
    : `the host's own processes take ${megabytes(host.memoryUsedBytes - all)} of memory`;
  const why = `${percent(pressure, 1)} of ${megabytes(host.memoryBytes)} used`;
  return { resource: 'memory', guest: top?.name ?? null, pressure, tight: pressure >= tightMemory, what, why };
}
