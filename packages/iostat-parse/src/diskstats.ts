import { IostatError } from './errors.ts';

/** What a block device did since the kernel has it: one line of `/proc/diskstats`. */
export interface DiskCounters {
  /** As `iostat -N` prints it: `sda`, `vg-db.root`. */
  readonly name: string;
  readonly reads: number;
  readonly readMerges: number;
  readonly readBytes: number;
  readonly readMs: number;
  readonly writes: number;
  readonly writeMerges: number;
  readonly writeBytes: number;
  readonly writeMs: number;
  /** Zero before Linux 4.18, as all that is discarded. */
  readonly discards: number;
  readonly discardMerges: number;
  readonly discardBytes: number;
  readonly discardMs: number;
  /** Zero before Linux 5.5, and for device-mapper. */
  readonly flushes: number;
  readonly flushMs: number;
  /** How long at least one request was under way. */
  readonly busyMs: number;
  /** The same, times the number of requests. */
  readonly queueMs: number;
}

/** The unit of `/proc/diskstats`, whatever the device's own sector is. */
const sectorBytes = 512;
/** Major, minor, name, and the eleven counters there are since Linux 2.6. */
const leastFields = 14;

/**
 * Reads `/proc/diskstats` (Linux: Documentation/admin-guide/iostats.rst).
 *
 * ```text
 * 254       3 dm-3 92966 24374 2260762 24301 32410 169264 8031008 120483 0 31396 161518 41165 102 1053912 15326 2390 1406
 * ```
 *
 * @param mapperNames what stands in `/sys/block/dm-N/dm/name`, by `dm-N`: those devices get these names
 * @throws IostatError `bad-row`
 */
export function parseDiskstats(text: string, mapperNames?: ReadonlyMap<string, string>): DiskCounters[] {
  const disks: DiskCounters[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const [, , name, ...fields] = line.matchAll(/\S+/g);
    // Partitions had but four counters before Linux 2.6.25.
    if (name === undefined || fields.length < leastFields - 3) continue;
    const fault = fields.find(([field]) => !/^\d+$/.test(field));
    if (fault !== undefined) {
      const place = { line: index + 1, column: fault.index + 1 };
      throw new IostatError('bad-row', `${JSON.stringify(fault[0])} is no number`, place);
    }
    const counters = fields.map(([field]) => Number(field));
    disks.push(countersOf(mapperNames?.get(name[0]) ?? name[0], counters));
  }
  return disks;
}

function countersOf(name: string, numbers: readonly number[]): DiskCounters {
  const field = (number: number): number => numbers[number - 1] ?? 0;
  return {
    name,
    reads: field(1),
    readMerges: field(2),
    readBytes: field(3) * sectorBytes,
    readMs: field(4),
    writes: field(5),
    writeMerges: field(6),
    writeBytes: field(7) * sectorBytes,
    writeMs: field(8),
    discards: field(12),
    discardMerges: field(13),
    discardBytes: field(14) * sectorBytes,
    discardMs: field(15),
    flushes: field(16),
    flushMs: field(17),
    busyMs: field(10),
    queueMs: field(11),
  };
}
