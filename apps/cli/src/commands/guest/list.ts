import type { ListedGuest } from '@kvm/host/run';
import type { Command } from 'commander';
import { type ConnectionChoice, connectionUri, openConnection, takesConnection } from '../../hosts/connection.ts';
import { formatMemory } from '../../output/format-guest.ts';
import { renderTable } from '../../output/table.ts';
import type { Session } from '../../session.ts';

interface ListOptions extends ConnectionChoice {
  readonly json?: boolean;
}

export function addList(program: Command, session: Session): void {
  takesConnection(program.command('list'))
    .summary('list the domains of a libvirtd')
    .description(
      'Lists the domains of a libvirtd, running or not, also those that no inventory made. Needs no inventory.',
    )
    .option('--json', 'as JSON')
    .action(async ({ json, ...choice }: ListOptions) => {
      const { listGuests } = await import('@kvm/host/run');
      await using connection = await openConnection(session, choice);
      const domains = await listGuests(connection);
      if (json) session.out.json({ version: 1, domains });
      else if (domains.length === 0) session.say(`${connectionUri(session, choice)} has no domains`);
      else session.out.lines(renderDomains(domains, session));
    });
}

const columns = [
  { heading: 'DOMAIN' },
  { heading: 'VMID', align: 'right' },
  { heading: 'STATE' },
  { heading: 'MEMORY', align: 'right' },
  { heading: 'VCPUS', align: 'right' },
  { heading: 'AUTOSTART' },
  { heading: 'ADDRESSES' },
] as const;

function renderDomains(domains: readonly ListedGuest[], { out, paint }: Session): readonly string[] {
  const rows = domains.map(({ name, vmid, state, memoryKiB, vcpus, autostart, addresses }) => [
    name,
    String(vmid ?? '-'),
    state,
    formatMemory(memoryKiB),
    String(vcpus),
    autostart ? 'yes' : 'no',
    addresses.join(' '),
  ]);
  return renderTable(columns, rows, { paint, width: out.width });
}
