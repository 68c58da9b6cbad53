import { deviceColumns } from './columns.ts';
import type { DiskCounters } from './diskstats.ts';
import { ColumnSet, DeviceSample } from './report.ts';

/** As `iostat -x` prints them. */
const columns = new ColumnSet(
  deviceColumns([
    ...['r/s', 'rkB/s', 'rrqm/s', '%rrqm', 'r_await', 'rareq-sz'],
    ...['w/s', 'wkB/s', 'wrqm/s', '%wrqm', 'w_await', 'wareq-sz'],
    ...['d/s', 'dkB/s', 'drqm/s', '%drqm', 'd_await', 'dareq-sz'],
    ...['f/s', 'f_await', 'aqu-sz', '%util'],
  ]),
);

/**
 * What each device of `after` did between two readings of `/proc/diskstats`, as `iostat -x` computes it.
 *
 * A device that was not there before has counted from zero, as the kernel makes it. One that now has counted less is
 * another one of the same name, which has too.
 *
 * @param elapsedMs the time between the readings
 */
export function diskRates(
  before: readonly DiskCounters[],
  after: readonly DiskCounters[],
  elapsedMs: number,
): DeviceSample[] {
  const earlier = new Map(before.map((disk) => [disk.name, disk]));
  return after.map((disk) => {
    const grown = growth(earlier.get(disk.name), disk);
    return new DeviceSample({ name: disk.name, group: false }, columns, valuesOf(grown, elapsedMs));
  });
}

function growth(before: DiskCounters | undefined, after: DiskCounters): DiskCounters {
  if (before === undefined || after.reads < before.reads || after.writes < before.writes) return after;
  const { name, ...counters } = after;
  const grown = Object.entries(counters).map(([key, value]): [string, number] => [
    key,
    // A kernel counts queueMs without a lock, so that it may be a little behind.
    Math.max(0, value - before[key as keyof typeof counters]),
  ]);
  return { name, ...(Object.fromEntries(grown) as typeof counters) };
}

const ratio = (part: number, whole: number): number => (whole > 0 ? part / whole : 0);

function valuesOf(disk: DiskCounters, elapsedMs: number): number[] {
  const perSecond = (count: number): number => ratio(count * 1000, elapsedMs);
  const direction = (name: 'read' | 'write' | 'discard'): number[] => {
    const { [`${name}s` as const]: count, [`${name}Merges` as const]: merges } = disk;
    const { [`${name}Bytes` as const]: bytes, [`${name}Ms` as const]: ms } = disk;
    return [
      ...[perSecond(count), perSecond(bytes), perSecond(merges)],
      ...[100 * ratio(merges, merges + count), ratio(ms, count), ratio(bytes, count)],
    ];
  };
  return [
    ...direction('read'),
    ...direction('write'),
    ...direction('discard'),
    ...[perSecond(disk.flushes), ratio(disk.flushMs, disk.flushes)],
    ...[ratio(disk.queueMs, elapsedMs), 100 * ratio(disk.busyMs, elapsedMs)],
  ];
}
