import type { UsedByDomain } from '@kvm/host/run';
import type { Session } from '../session.ts';
import { renderTable } from './table.ts';
import { formatRounded } from './words.ts';

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
