import { diskCounters, domainReading, hostReading, readingAt, roster, serverRoom } from '@kvm/ci/server-room';
import { expect, test } from 'vitest';
import type { GuestUse } from './activity.ts';
import type { DomainDisk, DomainReading, Reading } from './reading.ts';
import { compareReadings } from './sample.ts';

const guestOf = (name: string, readings: readonly [Reading, Reading], known = false): GuestUse | undefined =>
  compareReadings(...readings, known ? roster : undefined).guests.find((guest) => guest.name === name);

test('the server room: what iostat showed, and the writer', () => {
  const sample = compareReadings(serverRoom(3), serverRoom(6), roster);
  expect(sample).toMatchObject({
    version: 1,
    time: '2009-10-27T12:00:06.000Z',
    intervalMs: 3000,
    host: { name: 'management', cpus: 2, memoryBytes: 4 * 1024 ** 3, memoryUsedBytes: 1024 ** 3 },
    problems: [],
  });
  expect(sample.host?.cpuPercent).toBeCloseTo(2.58);
  expect(sample.guests.map(({ name, vmid }) => [name, vmid])).toEqual([
    ...[
      ['common', 60],
      ['db', 61],
      ['aj', 62],
      ['public', 65],
      ['private', 66],
    ],
  ]);
  const db = sample.guests.find(({ name }) => name === 'db');
  expect(db?.writeBytesPerSecond).toBeCloseTo(29.85 * 1024);
  expect(db).toMatchObject({
    state: 'running',
    vcpus: 1,
    receivedBytesPerSecond: 300 * 1024,
    sentBytesPerSecond: 600 * 1024,
  });
  expect(db?.cpuPercent).toBeCloseTo(12.5);
  expect(
    db?.volumes.map(({ name, device, writesPerSecond, awaitMs, queueLength, busyPercent }) => [
      name,
      device,
      writesPerSecond,
      awaitMs,
      queueLength,
      busyPercent,
    ]),
  ).toEqual([['db.root', 'vg-db.root', 74, 42, 3.1, 97]]);
  expect(sample.disks.map(({ name }) => name)).toEqual(['sda', 'md2']);
  expect(sample.bottleneck).toMatchObject({
    ...{ resource: 'disk', guest: 'db', tight: true },
    what: 'db.root writes 29.85 kB/s, 83 % of all guests',
    why: 'queue 3.1, await 42 ms, busy 97 %',
  });
});

test('without libvirt and inventory, guests are those of the volumes', () => {
  const bare = (seconds: number): Reading => {
    const { domains: _, ...reading } = serverRoom(seconds);
    return reading;
  };
  const { guests } = compareReadings(bare(3), bare(6));
  expect(guests.map(({ name }) => name).sort()).toEqual(['aj', 'db', 'private', 'public']);
  for (const guest of guests) expect(guest).toMatchObject({ vmid: null, state: 'unknown', cpuPercent: null });
});

const disk = (more: Partial<DomainDisk>): DomainDisk => ({
  ...{
    target: 'vda',
    readBytes: 0,
    readRequests: 0,
    writtenBytes: 0,
    writeRequests: 0,
    readNs: 0,
    writeNs: 0,
    flushNs: 0,
  },
  ...more,
});
const withDisk = (seconds: number, more: Partial<DomainDisk>, disks = [diskCounters('loop3')]): Reading =>
  readingAt(seconds, { host: hostReading({ disks }), domains: [domainReading('web', { disks: [disk(more)] })] });

test('a disk whose name says nothing is whose libvirt says', () => {
  const written = [diskCounters('loop3', { writes: 10, writeBytes: 4096, queueMs: 500 })];
  const readings = [
    withDisk(0, { device: 'loop3' }),
    withDisk(1, { device: 'loop3', writtenBytes: 9999 }, written),
  ] as const;
  expect(guestOf('web', readings)).toMatchObject({
    writeBytesPerSecond: 4096,
    volumes: [{ name: 'loop3', device: 'loop3', writesPerSecond: 10, queueLength: 0.5, busyPercent: 0 }],
  });
  expect(compareReadings(...readings).disks).toEqual([]);
});

test('a file is counted by QEMU', () => {
  const path = '/var/lib/libvirt/images/web.qcow2';
  const readings = [
    withDisk(10, { path, writtenBytes: 1000, writeRequests: 5, writeNs: 1e9 }),
    withDisk(12, { path, writtenBytes: 3000, writeRequests: 9, writeNs: 2e9 }),
  ] as const;
  expect(guestOf('web', readings)?.volumes).toEqual([
    {
      ...{ name: 'web.qcow2', device: null, readBytesPerSecond: 0, writeBytesPerSecond: 1000 },
      ...{ readsPerSecond: 0, writesPerSecond: 2, awaitMs: 250, queueLength: 0.5, busyPercent: null },
    },
  ]);
});

test('what began again at zero counts from there', () => {
  const reading = (seconds: number, more: Partial<DomainReading>): Reading =>
    readingAt(seconds, { domains: [domainReading('web', more)] });
  const restarted = [reading(0, { cpuTimeNs: 50e9 }), reading(1, { cpuTimeNs: 0.4e9 })] as const;
  expect(guestOf('web', restarted)?.cpuPercent).toBe(40);
});

test('while nobody can tell what a disk did, and just after, it has no rate', () => {
  const path = '/images/web.qcow2';
  const [before, unknown, after] = [
    withDisk(0, { path, readBytes: 9e9, readRequests: 9e5 }),
    withDisk(1, { path, uncounted: true }),
    withDisk(2, { path, readBytes: 9e9, readRequests: 9e5 }),
  ];
  expect(guestOf('web', [before, unknown])).toMatchObject({ readBytesPerSecond: 0, volumes: [] });
  expect(guestOf('web', [unknown, after])).toMatchObject({ readBytesPerSecond: 0, volumes: [{ name: 'web.qcow2' }] });
});

test('the disks of a guest that was started since count from zero', () => {
  const off = readingAt(0, { domains: [domainReading('web', { state: 'shutoff' })] });
  expect(guestOf('web', [off, withDisk(1, { readBytes: 4096 })])?.readBytesPerSecond).toBe(4096);
});

test('an interface that is taken out is no new beginning of the others', () => {
  const has = (name: string, bytes: number) => ({
    ...{ name, receivedBytes: bytes, receivedPackets: 0, sentBytes: 2 * bytes, sentPackets: 0 },
  });
  const reading = (seconds: number, ...interfaces: DomainReading['interfaces']): Reading =>
    readingAt(seconds, { domains: [domainReading('web', { interfaces })] });
  const readings = [reading(0, has('tun62', 9e9), has('vnet7', 5e6)), reading(1, has('tun62', 9e9 + 500))] as const;
  expect(guestOf('web', readings)).toMatchObject({ receivedBytesPerSecond: 500, sentBytesPerSecond: 1000 });
});

test('what was not counted before is not known, and no rate since the machine started', () => {
  const full = serverRoom(1000);
  const { domains: _, host: __, ...nothing } = serverRoom(997);
  const sample = compareReadings(nothing, full, roster);
  expect(sample.guests.map(({ cpuPercent, writeBytesPerSecond }) => [cpuPercent, writeBytesPerSecond])).toEqual(
    sample.guests.map(() => [null, 0]),
  );
  const came = [
    readingAt(0, { domains: [] }),
    readingAt(1, { domains: [domainReading('web', { cpuTimeNs: 5e8 })] }),
  ] as const;
  expect(guestOf('web', came)?.cpuPercent).toBeNull();
});

test('a snapshot does not count a volume twice', () => {
  const disks = (bytes: number) =>
    ['vg-db.root', 'vg-db.root-real', 'vg-snap-cow'].map((name) => diskCounters(name, { writeBytes: bytes }));
  const readings = [0, 1].map((seconds) => readingAt(seconds, { host: hostReading({ disks: disks(seconds * 1024) }) }));
  expect(guestOf('db', readings as [Reading, Reading])?.writeBytesPerSecond).toBe(1024);
});

test('with an inventory, a volume of another name is no guest', () => {
  const reading = (seconds: number): Reading =>
    readingAt(seconds, { host: hostReading({ disks: [diskCounters('vg-old.root'), diskCounters('vg-db.root')] }) });
  const sample = compareReadings(reading(0), reading(1), roster);
  expect(sample.guests.map(({ name }) => name)).not.toContain('old');
  expect(sample.disks.map(({ name }) => name)).toEqual(['old.root']);
});
