import type { HostReading } from './reading.ts';

/**
 * The first line of `/proc/stat`, whose numbers are user, nice, system, idle, iowait, irq, softirq, steal, and then
 * those of guests, which user and nice have already (proc_stat(5)).
 */
export function parseCpuTicks(stat: string): HostReading['cpuTicks'] {
  const ticks = /^cpu +(.*)/.exec(stat)?.[1]?.split(' ').slice(0, 8).map(Number) ?? [];
  const total = ticks.reduce((sum, each) => sum + each, 0);
  const [, , , idle = 0, iowait = 0] = ticks;
  return { busy: total - idle - iowait, total };
}

/** How many processors run. */
export const parseCpuCount = (stat: string): number => stat.match(/^cpu\d+ /gm)?.length ?? 1;

/** `/proc/meminfo` (proc_meminfo(5)), whose kB are KiB. */
export function parseMemory(meminfo: string): Pick<HostReading, 'memoryBytes' | 'availableBytes'> {
  const bytes = (name: string): number => Number(new RegExp(`^${name}: +(\\d+)`, 'm').exec(meminfo)?.[1] ?? 0) * 1024;
  return { memoryBytes: bytes('MemTotal'), availableBytes: bytes('MemAvailable') };
}
