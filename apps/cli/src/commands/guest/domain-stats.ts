import type { Connection, DomainStats } from '@kvm/libvirt';
import { renderTable } from '../../output/table.ts';
import { formatRounded } from '../../output/words.ts';
import type { Session } from '../../session.ts';

/** What a running domain has used since it was started, as JSON shows it: libvirt's statistics, and whose they are. */
export type UsedByDomain = Omit<DomainStats, 'domain' | 'values'> & { readonly name: string; readonly uuid: string };

/** The statistics of all domains that run, by name. */
export async function readStats(connection: Connection): Promise<readonly UsedByDomain[]> {
  const stats = await connection.stats({ active: true });
  return stats
    .map(({ domain: { name, uuid }, values: _, ...used }) => ({ name, uuid, ...used }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

const columns = [
  { heading: 'DOMAIN' },
  { heading: 'CPU TIME', align: 'right' },
  { heading: 'MEMORY', align: 'right' },
  { heading: 'RESIDENT', align: 'right' },
  { heading: 'READ', align: 'right' },
  { heading: 'WRITTEN', align: 'right' },
  { heading: 'RECEIVED', align: 'right' },
  { heading: 'SENT', align: 'right' },
] as const;

export function renderStats(domains: readonly UsedByDomain[], { out, paint }: Session): readonly string[] {
  const rows = domains.map(({ name, cpuTimeNs, memoryKiB, residentKiB, disks, interfaces }) => [
    name,
    `${(cpuTimeNs / 1e9).toFixed(1)} s`,
    ...[
      memoryKiB * 1024,
      residentKiB * 1024,
      total(disks, 'readBytes'),
      total(disks, 'writtenBytes'),
      total(interfaces, 'receivedBytes'),
      total(interfaces, 'sentBytes'),
    ].map(formatRounded),
  ]);
  return renderTable(columns, rows, { paint, width: out.width });
}

const total = <Key extends string>(items: readonly Readonly<Record<Key, number>>[], key: Key): number =>
  items.reduce((sum, item) => sum + item[key], 0);
