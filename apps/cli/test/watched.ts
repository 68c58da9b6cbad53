import { availableParallelism } from 'node:os';
import type { Connection } from '@kvm/libvirt';
import type { GuestUse, Sample } from '@kvm/monitor';
import { expect } from 'vitest';

/** Guests that run all the time, and those that start and stop. */
export const steady = ['db', 'web'];
export const fickle = ['one', 'two', 'three', 'four'];
/** How often each of them is looked at. */
export const sampleMs = 1000;

/** A time in which something was done, or could not be, in milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}
export const now = (): number => Date.now();
const isWithin = (time: number, { from, to }: Span, slack = 0): boolean => time >= from - slack && time <= to + slack;

export interface Change extends Span {
  readonly name: string;
  readonly event: 'started' | 'stopped';
}

export interface ToldEvent {
  readonly kind: string;
  readonly time: string;
  readonly event?: string;
  readonly domain?: { readonly name: string };
}

export interface Scrape extends Span {
  readonly values: ReadonlyMap<string, number>;
}

/** A run of `list --json`. */
export interface List extends Span {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a process holds: KiB of memory, and open files. */
export interface Held {
  readonly kib: number;
  readonly files: number;
}

/** No sample is without guests but while libvirtd is away, when it says so; and what it shows can be. */
export function expectSamples(samples: readonly Sample[], outages: readonly Span[]): void {
  const bare = samples.filter(({ guests }) => {
    const names = new Set(guests.map(({ name }) => name));
    return [...steady, ...fickle].some((name) => !names.has(name));
  });
  expect(bare.filter(({ problems }) => !problems.some((problem) => /^no libvirt: ./.test(problem)))).toEqual([]);
  expect(bare.filter(({ time }) => !outages.some((away) => isWithin(Date.parse(time), away, sampleMs / 2)))).toEqual(
    [],
  );
  expect(bare.length).toBeGreaterThan(0);
  const odd = samples.flatMap(({ time, intervalMs, guests }) =>
    guests.filter((guest) => intervalMs <= 0 || !isPossible(guest)).map((guest) => ({ time, intervalMs, ...guest })),
  );
  expect(odd).toEqual([]);
}

function isPossible({ name, state, cpuPercent, volumes, ...guest }: GuestUse): boolean {
  const { readBytesPerSecond, writeBytesPerSecond, residentBytes } = guest;
  const rates = [cpuPercent, readBytesPerSecond, writeBytesPerSecond, residentBytes].concat(
    volumes.flatMap((volume) => [volume.readsPerSecond, volume.queueLength, volume.awaitMs]),
  );
  return (
    rates.every((rate) => rate === null || rate >= 0) &&
    (cpuPercent ?? 0) <= 150 * availableParallelism() &&
    (steady.includes(name) ? state === 'running' || state === 'unknown' : readBytesPerSecond < 2 ** 22)
  );
}

/** Of guests that ran all the time, all samples together tell no more than libvirtd has counted. */
export function expectNothingTwice(samples: readonly Sample[], stats: Awaited<ReturnType<Connection['stats']>>): void {
  for (const { domain, cpuTimeNs, disks } of stats.filter(({ domain }) => steady.includes(domain.name))) {
    const total = { cpuNs: 0, readBytes: 0 };
    for (const { intervalMs, guests } of samples)
      for (const { cpuPercent, readBytesPerSecond } of guests.filter(({ name }) => name === domain.name)) {
        total.cpuNs += ((cpuPercent ?? 0) / 100) * intervalMs * 1e6;
        total.readBytes += (readBytesPerSecond * intervalMs) / 1000;
      }
    expect(total.cpuNs).toBeLessThanOrEqual(cpuTimeNs * 1.001);
    expect(total.readBytes).toBeLessThanOrEqual((disks[0]?.readBytes ?? 0) * 1.001);
    expect(total.cpuNs).toBeGreaterThan(0);
  }
}

/** While libvirtd is up, the exporter says so and has all guests; no value is below zero, and no counter of a guest that runs on falls. */
export function expectScrapes(scrapes: readonly Scrape[], outages: readonly Span[]): void {
  const up = scrapes.filter(({ from, to }) => !outages.some((away) => from <= away.to && to >= away.from));
  const needed = ['kvm_libvirt_up', ...[...steady, ...fickle].map((name) => `kvm_guest_running{guest="${name}"}`)];
  expect(up.flatMap(({ values }) => needed.filter((name) => !values.has(name)))).toEqual([]);
  expect(up.filter(({ values }) => values.get('kvm_libvirt_up') !== 1)).toEqual([]);
  const values = scrapes.flatMap((scrape) => [...scrape.values]);
  expect(values.filter(([, value]) => !(value >= 0))).toEqual([]);
  const counters = values.filter(([name]) => steadyCounter.test(name));
  const highest = new Map<string, number>();
  const fell = counters.filter(([name, value]) => {
    const before = highest.get(name) ?? 0;
    highest.set(name, Math.max(before, value));
    return value < before;
  });
  expect(fell).toEqual([]);
  expect(highest.get('kvm_guest_disk_read_bytes_total{guest="db",disk="root.img",device="vda"}')).toBeGreaterThan(0);
}
const steadyCounter = new RegExp(`_total\\{guest="(?:${steady.join('|')})"`);

/** While libvirtd is up, all guests are listed. */
export function expectLists(lists: readonly List[], outages: readonly Span[]): void {
  const up = lists.filter(({ from, to }) => !outages.some((away) => from <= away.to && to >= away.from));
  expect(up.filter(({ status }) => status !== 0)).toEqual([]);
  const names = up.map(({ stdout }) => JSON.parse(stdout).domains.map(({ name }: { readonly name: string }) => name));
  for (const each of names) expect(each).toEqual([...steady, ...fickle].sort());
  const lost = lists.filter(({ status }) => status !== 0).map(({ stderr }) => stderr);
  for (const words of lost) expect(words).toMatch(/libvirtd|socket/);
}

/** Each start and stop is told once, but for those of the gaps that are told. */
export function expectEvents(events: readonly ToldEvent[], changes: readonly Change[], outages: readonly Span[]): void {
  const gaps: Span[] = [];
  for (const { kind, time } of events)
    if (kind === 'disconnected') gaps.push({ from: Date.parse(time), to: Number.POSITIVE_INFINITY });
    else if (kind === 'reconnected') gaps.push({ from: gaps.pop()?.from ?? 0, to: Date.parse(time) });
  expect(gaps).toHaveLength(outages.length);
  for (const [index, { from, to }] of gaps.entries()) {
    expect(from - (outages[index]?.from ?? 0)).toBeLessThan(2 * sampleMs);
    expect(to - (outages[index]?.to ?? 0)).toBeLessThan(15_000);
  }
  const lifecycle = events.filter(({ event }) => event === 'started' || event === 'stopped');
  const left = new Set(lifecycle);
  const missed = changes.filter((change) => {
    const found = [...left].find(
      (each) =>
        each.domain?.name === change.name &&
        each.event === change.event &&
        isWithin(Date.parse(each.time), change, 2 * sampleMs),
    );
    if (found) left.delete(found);
    return !found && !gaps.some(({ from, to }) => change.from <= to && change.to >= from - 2 * sampleMs);
  });
  expect({ missed, twice: [...left] }).toEqual({ missed: [], twice: [] });
}

/** What a process holds at the end is what it held in the middle. */
export function expectBounded(used: ReadonlyMap<number, readonly Held[]>): void {
  for (const held of used.values()) {
    const most = (what: keyof Held, list: readonly Held[]): number => Math.max(...list.map((each) => each[what]));
    const third = Math.floor(held.length / 3);
    const [middle, end] = [held.slice(third, 2 * third), held.slice(2 * third)];
    expect(most('kib', end)).toBeLessThan(most('kib', middle) * 1.3 + 10_240);
    expect(most('files', end)).toBeLessThanOrEqual(most('files', middle) + 1);
  }
}
