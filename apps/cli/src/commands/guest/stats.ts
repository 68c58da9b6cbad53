import type { Command } from 'commander';
import { type ConnectionChoice, connectionUri, openConnection, takesConnection } from '../../hosts/connection.ts';
import type { Session } from '../../session.ts';

export function addStats(program: Command, session: Session): void {
  takesConnection(program.command('stats'))
    .summary('show what the domains of a libvirtd have used since they started')
    .description(
      'Shows what each running domain of a libvirtd has computed, read, written, received and sent since it was started, ' +
        'and the memory it takes. `kvmctl top` shows what they use now.',
    )
    .option('--json', 'as JSON, with each disk and interface')
    .action(async ({ json, ...choice }: ConnectionChoice & { readonly json?: boolean }) => {
      const { loadStats } = await import('@kvm/host/run');
      const { renderStats } = await import('../../output/stats-table.ts');
      await using connection = await openConnection(session, choice);
      const domains = await loadStats(connection);
      if (json) session.out.json({ version: 1, time: new Date().toISOString(), domains });
      else if (domains.length === 0) session.say(`no domain runs at ${connectionUri(session, choice)}`);
      else session.out.lines(renderStats(domains, session));
    });
}
