import type { Command } from 'commander';
import { readPolicy } from '../../input/read-policy.ts';
import { renderTable } from '../../output/table.ts';
import type { Session } from '../../session.ts';
import { mustBeRoot } from './live-ruleset.ts';

export function addFirewallCounters(firewall: Command, session: Session): void {
  firewall
    .command('counters')
    .summary('show how many packets each row has decided')
    .description(
      'Shows how many packets each row has decided since it was first applied. Of a connection that is accepted, only the ' +
        'first packet counts.',
    )
    .option('--json', 'as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const { backEnd, resolved } = await readPolicy(session);
      mustBeRoot('reads counters in the kernel');
      const { readCounts, runHere } = await import('@kvm/firewall/run');
      const counts = await readCounts(runHere, backEnd, resolved);
      if (json) {
        const rows = counts.map(({ row, packets, bytes }) => ({ line: row.line, row: row.title, packets, bytes }));
        session.out.json({ version: 1, rows });
        return;
      }
      const cells = counts.map(({ row, packets, bytes }) => [`${row.line}`, `${packets}`, `${bytes}`, row.title]);
      session.out.lines(renderTable(columns, cells, { paint: session.paint }));
    });
}

const columns = [
  { heading: 'LINE', align: 'right' },
  { heading: 'PACKETS', align: 'right' },
  { heading: 'BYTES', align: 'right' },
  { heading: 'ROW' },
] as const;
