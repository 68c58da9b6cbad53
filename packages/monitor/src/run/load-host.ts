import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { parseDiskstats } from '@kvm/iostat-parse';
import { type HostReading, parseCpuCount, parseCpuTicks, parseMemory } from '../index.ts';

/** What this machine does, and the device-mapper names of its disks, by `dm-N`. */
export interface LoadedHost {
  readonly host: HostReading;
  readonly mapperNames: ReadonlyMap<string, string>;
}

/** Reads the kernel's counters; nothing of it waits for a disk. */
export function loadHost(): LoadedHost {
  const proc = (name: string): string => readFileSync(join('/proc', name), 'utf8');
  const stat = proc('stat');
  const diskstats = proc('diskstats');
  const mapperNames = loadMapperNames(diskstats);
  return {
    host: {
      name: hostname(),
      cpus: parseCpuCount(stat),
      cpuTicks: parseCpuTicks(stat),
      ...parseMemory(proc('meminfo')),
      disks: parseDiskstats(diskstats, mapperNames),
    },
    mapperNames,
  };
}

function loadMapperNames(diskstats: string): Map<string, string> {
  const names = new Map<string, string>();
  for (const [device] of diskstats.matchAll(/\bdm-\d+(?= )/g)) {
    try {
      names.set(device, readFileSync(`/sys/block/${device}/dm/name`, 'utf8').trimEnd());
    } catch {
      // It went between the two files.
    }
  }
  return names;
}
