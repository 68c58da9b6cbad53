import { describe, expect, test } from 'vitest';
import type { GuestUse, HostActivity } from './activity.ts';
import { findBottleneck } from './bottleneck.ts';
import type { DiskUse } from './disk-use.ts';

const megabyte = 1024 ** 2;
const disk = (name: string, more: Partial<DiskUse> = {}): DiskUse => ({
  ...{ name, device: name, readBytesPerSecond: 0, writeBytesPerSecond: 0, readsPerSecond: 0, writesPerSecond: 0 },
  ...{ awaitMs: null, queueLength: 0, busyPercent: 0 },
  ...more,
});
const guest = (name: string, more: Partial<GuestUse> = {}): GuestUse => {
  const { volumes = [] } = more;
  const sum = (direction: 'readBytesPerSecond' | 'writeBytesPerSecond') =>
    volumes.reduce((all, each) => all + each[direction], 0);
  return {
    ...{ name, vmid: null, state: 'running', cpuPercent: 0, vcpus: 2, memoryBytes: 0, residentBytes: 0 },
    ...{ readBytesPerSecond: sum('readBytesPerSecond'), writeBytesPerSecond: sum('writeBytesPerSecond') },
    ...{ receivedBytesPerSecond: 0, sentBytesPerSecond: 0, volumes },
    ...more,
  };
};
const activity = (
  guests: readonly GuestUse[],
  host: Partial<NonNullable<HostActivity['host']>> = {},
  disks: readonly DiskUse[] = [],
): HostActivity => ({
  host: {
    name: 'management',
    cpus: 4,
    cpuPercent: 5,
    memoryBytes: 1000 * megabyte,
    memoryUsedBytes: 100 * megabyte,
    ...host,
  },
  guests,
  disks,
});
const sentences = (...args: Parameters<typeof activity>) => {
  const found = findBottleneck(activity(...args));
  return found && [found.tight ? 'BOTTLENECK' : 'busiest', found.what, found.why];
};

const writer = guest('db', {
  volumes: [disk('db.root', { writeBytesPerSecond: 30 * megabyte, queueLength: 3.1, awaitMs: 42, busyPercent: 97 })],
});
const reader = guest('aj', {
  volumes: [disk('aj.home', { readBytesPerSecond: 90 * megabyte, queueLength: 0.4, awaitMs: 2, busyPercent: 30 })],
});

test('who makes others wait is not who moves most bytes', () => {
  expect(sentences([reader, writer])).toEqual([
    ...['BOTTLENECK', 'db.root writes 30.00 MB/s, 100 % of all guests', 'queue 3.1, await 42 ms, busy 97 %'],
  ]);
});

test('where nothing is tight, the busiest disk, else the guest that computes most', () => {
  expect(sentences([reader])).toEqual([
    ...['busiest', 'aj.home reads 90.00 MB/s, 100 % of all guests', 'queue 0.4, await 2 ms, busy 30 %'],
  ]);
  expect(sentences([guest('a', { cpuPercent: 30 }), guest('b', { cpuPercent: 90 })])).toEqual([
    ...['busiest', 'b takes 90 % of a CPU, 75 % of all guests', "it has 2, the host's 4 are 5 % busy"],
  ]);
  expect(findBottleneck(activity([guest('a'), guest('b')]))).toBeUndefined();
  expect(findBottleneck({ host: null, guests: [], disks: [] })).toBeUndefined();
});

test('a guest at the end of its own processors', () => {
  expect(sentences([reader, guest('web', { cpuPercent: 195 })])).toEqual([
    ...['BOTTLENECK', 'web takes 195 % of a CPU, 100 % of all guests', "it has 2, the host's 4 are 5 % busy"],
  ]);
});

test("the host's processors: the guests' doing, or its own", () => {
  const guests = [guest('a', { cpuPercent: 250, vcpus: 8 }), guest('b', { cpuPercent: 90, vcpus: 1 })];
  expect(sentences(guests, { cpuPercent: 90 })?.slice(0, 2)).toEqual([
    'BOTTLENECK',
    'a takes 250 % of a CPU, 74 % of all guests',
  ]);
  expect(sentences([reader, guest('c', { cpuPercent: 7 })], { cpuPercent: 100 })).toEqual([
    ...['BOTTLENECK', "the host's own processes keep its 4 CPUs busy", '100 % busy, the guests take 7 % of one'],
  ]);
  expect(sentences([writer], { cpuPercent: 100 })?.[1]).toContain('db.root writes');
});

test('memory counts only when it is nearly gone', () => {
  const guests = [guest('a', { residentBytes: 600 * megabyte }), guest('b', { residentBytes: 200 * megabyte })];
  expect(findBottleneck(activity(guests, { memoryUsedBytes: 890 * megabyte }))).toBeUndefined();
  expect(sentences(guests, { memoryUsedBytes: 950 * megabyte })).toEqual([
    ...['BOTTLENECK', 'a takes 600 MB of memory, 75 % of all guests', '95 % of 1000 MB used'],
  ]);
  expect(sentences([], { memoryUsedBytes: 950 * megabyte })?.[1]).toBe(
    "the host's own processes take 950 MB of memory",
  );
});

test("a disk of the host's that no volume explains", () => {
  const backup = disk('sda', { readBytesPerSecond: 280 * megabyte, queueLength: 2, awaitMs: 20, busyPercent: 99 });
  expect(sentences([reader], {}, [backup])).toEqual([
    ...['BOTTLENECK', "sda reads 280.00 MB/s, more than the guests' volumes tell", 'queue 2.0, await 20 ms, busy 99 %'],
  ]);
  expect(sentences([writer], {}, [backup])?.[1]).toContain('db.root');
});

test('a disk that QEMU counts is as tight as its queue is long', () => {
  const image = (queueLength: number) => disk('web.qcow2', { writeBytesPerSecond: 1, queueLength, busyPercent: null });
  expect(sentences([guest('web', { volumes: [image(0.5)] })])?.[0]).toBe('busiest');
  expect(sentences([guest('web', { volumes: [image(2)] })])?.[0]).toBe('BOTTLENECK');
});

describe('a disk that works on many requests at once', () => {
  const nvme = { readBytesPerSecond: 78 * megabyte, queueLength: 0.1, awaitMs: 0.05, busyPercent: 96 };
  const fast = guest('a', { volumes: [disk('a.root', nvme)] });
  const slow = guest('b', {
    volumes: [disk('b.root', { writeBytesPerSecond: megabyte, queueLength: 18, awaitMs: 300, busyPercent: 79 })],
  });

  test('is no bottleneck for being busy', () => {
    expect(sentences([fast], {}, [disk('nvme0n1', nvme)])).toEqual([
      ...['busiest', 'a.root reads 78.00 MB/s, 100 % of all guests', 'queue 0.1, await 0.05 ms, busy 96 %'],
    ]);
  });

  test('does not hide the guest that waits', () => {
    expect(sentences([fast, slow], {}, [disk('nvme0n1', nvme)])).toEqual([
      ...['BOTTLENECK', 'b.root writes 1.00 MB/s, 100 % of all guests', 'queue 18.0, await 300 ms, busy 79 %'],
    ]);
  });

  test('is one when requests queue and take longer than it needs', () => {
    const crowded = disk('web.root', { readBytesPerSecond: 1, queueLength: 30, awaitMs: 3, busyPercent: 100 });
    expect(sentences([guest('web', { volumes: [crowded] })])?.[0]).toBe('BOTTLENECK');
    const deep = { ...crowded, queueLength: 60, awaitMs: 0.2 };
    expect(sentences([guest('web', { volumes: [deep] })])?.[0]).toBe('busiest');
  });
});

test('a volume comes before the disk below, whichever waits a little more', () => {
  const below = disk('sda', { writeBytesPerSecond: 30 * megabyte, queueLength: 9, awaitMs: 50, busyPercent: 100 });
  expect(sentences([writer], {}, [below])?.[1]).toBe('db.root writes 30.00 MB/s, 100 % of all guests');
});

test("a disk of the host's does what the guests on it do", () => {
  const below = disk('sda', { readBytesPerSecond: 95 * megabyte, queueLength: 9, awaitMs: 40, busyPercent: 99 });
  expect(sentences([reader], {}, [below])?.slice(0, 2)).toEqual([
    'BOTTLENECK',
    'sda reads 95.00 MB/s, and aj reads 100 % of all guests',
  ]);
});
