import { realpathSync } from 'node:fs';
import { basename } from 'node:path';
import type { DomainDisk, DomainReading } from '../index.ts';

/**
 * Says of each disk which block device of this machine it is.
 *
 * @param mapperNames device-mapper's names, by `dm-N`
 */
export function nameDevices(
  domains: readonly DomainReading[],
  mapperNames: ReadonlyMap<string, string>,
): DomainReading[] {
  const named = (disk: DomainDisk): DomainDisk => {
    const device = disk.path === undefined ? undefined : deviceName(disk.path, mapperNames);
    return device === undefined ? disk : { ...disk, device };
  };
  return domains.map((domain) => ({ ...domain, disks: domain.disks.map(named) }));
}

/** The kernel's name of a block device, device-mapper's where it has one; only below /dev, which never hangs. */
function deviceName(path: string, mapperNames: ReadonlyMap<string, string>): string | undefined {
  if (!path.startsWith('/dev/')) return undefined;
  try {
    const name = basename(realpathSync(path));
    return mapperNames.get(name) ?? name;
  } catch {
    return undefined;
  }
}
