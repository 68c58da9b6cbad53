import type { MigrateOptions } from './domain-options.ts';
import { wholeNumber } from './procedure.ts';

/** virDomainMigrateFlags. */
const flag = {
  live: 1,
  peerToPeer: 1 << 1,
  persist: 1 << 3,
  undefineSource: 1 << 4,
  copyAll: 1 << 6,
  copyIncremental: 1 << 7,
  unsafe: 1 << 9,
} as const;

export function migrateFlags({ live, persist, undefineSource, copyStorage, unsafe }: MigrateOptions): number {
  return (
    flag.peerToPeer |
    (live ? flag.live : 0) |
    (persist ? flag.persist : 0) |
    (undefineSource ? flag.undefineSource : 0) |
    (copyStorage === 'all' ? flag.copyAll : 0) |
    (copyStorage === 'incremental' ? flag.copyIncremental : 0) |
    (unsafe ? flag.unsafe : 0)
  );
}

/** The options that are VIR_MIGRATE_PARAM_*, by libvirt's names. */
export function migrateParameters({ migrateUri, name, xml, bandwidth }: MigrateOptions): Map<string, string | bigint> {
  const parameters = new Map<string, string | bigint>();
  if (migrateUri !== undefined) parameters.set('migrate_uri', migrateUri);
  if (name !== undefined) parameters.set('destination_name', name);
  if (xml !== undefined) parameters.set('destination_xml', xml);
  if (bandwidth !== undefined) parameters.set('bandwidth', wholeNumber(bandwidth));
  return parameters;
}
