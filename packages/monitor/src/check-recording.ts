import type { Reading, Roster } from './reading.ts';

/** The first line of a recording; each other line is a reading. */
export interface RecordingHeader {
  readonly version: 1;
  readonly kind: 'kvmctl top';
  readonly roster: Roster | null;
}

type Check = (value: unknown) => boolean;

/** A recording may come from anywhere: all of it that is used must be there, with its type, or it is refused. */
const number: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const text: Check = (value) => typeof value === 'string';
const listOf =
  (item: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(item);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const nullable =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const record =
  (fields: { readonly [name in string]: Check }): Check =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(fields).every(([name, check]) => check(Reflect.get(value, name)));
const numbers = (...names: readonly string[]): { readonly [name in string]: Check } =>
  Object.fromEntries(names.map((name) => [name, number]));

const diskCounters = record({
  name: text,
  ...numbers('reads', 'readMerges', 'readBytes', 'readMs', 'writes', 'writeMerges', 'writeBytes', 'writeMs'),
  ...numbers('discards', 'discardMerges', 'discardBytes', 'discardMs', 'flushes', 'flushMs', 'busyMs', 'queueMs'),
});

const host = record({
  name: text,
  ...numbers('cpus', 'memoryBytes', 'availableBytes'),
  cpuTicks: record(numbers('busy', 'total')),
  disks: listOf(diskCounters),
});

const domain = record({
  ...{ name: text, uuid: text, state: text, vmid: nullable(number) },
  ...numbers('cpuTimeNs', 'vcpus', 'memoryBytes', 'residentBytes'),
  interfaces: listOf(
    record({ name: text, ...numbers('receivedBytes', 'receivedPackets', 'sentBytes', 'sentPackets') }),
  ),
  disks: listOf(
    record({
      ...{ target: text, path: optional(text), device: optional(text), uncounted: optional((value) => value === true) },
      ...numbers('readBytes', 'readRequests', 'writtenBytes', 'writeRequests', 'readNs', 'writeNs', 'flushNs'),
    }),
  ),
});

/** A time that Date can show. */
const time: Check = (value) => number(value) && !Number.isNaN(new Date(value as number).getTime());

const reading = record({
  ...{ time, clock: number, problems: listOf(text) },
  ...{ host: optional(host), domains: optional(listOf(domain)) },
});

const header = record({
  version: (value) => value === 1,
  kind: (value) => value === 'kvmctl top',
  roster: nullable(record({ guests: listOf(record({ name: text, vmid: number, volumes: listOf(text) })) })),
});

export const isReading = (value: unknown): value is Reading => reading(value);
export const isRecordingHeader = (value: unknown): value is RecordingHeader => header(value);
