import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection, StatsOptions } from './connection.ts';
import { LibvirtError } from './error.ts';
import type { DomainStats } from './stats.ts';

/** Milliseconds before each time that libvirtd is asked again. */
const delays = [50, 200, 500];

/**
 * As `connection.stats`, for as long as a guest takes to stop: in that moment libvirtd refuses to tell of any
 * (`End of file from qemu monitor`).
 *
 * @throws LibvirtError libvirt's own when it still refuses; at once when libvirtd is not there
 */
export async function statsOfAll(
  connection: Pick<Connection, 'stats'>,
  options: Omit<StatsOptions, 'domains'> = {},
): Promise<DomainStats[]> {
  for (const delay of delays) {
    try {
      return await connection.stats(options);
    } catch (error) {
      if (!(error instanceof LibvirtError) || error.number === undefined) throw error;
    }
    await sleep(delay);
  }
  return connection.stats(options);
}
