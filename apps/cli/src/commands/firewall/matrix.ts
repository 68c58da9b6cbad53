import type { Command } from 'commander';
import { readPolicy, secondsNow } from '../../input/read-policy.ts';
import type { Session } from '../../session.ts';

export function addFirewallMatrix(firewall: Command, session: Session): void {
  const command = firewall
    .command('matrix')
    .summary('show who may open a connection to whom')
    .description('Shows who may open a connection to whom, on what; what is not shown is closed.');
  command
    .addOption(command.createOption('--svg', 'as a picture').conflicts('json'))
    .option('--json', 'as JSON')
    .action(async ({ json, svg }: { json?: boolean; svg?: boolean }) => {
      const { file, resolved } = await readPolicy(session);
      const { reachability, renderReachability, renderReachabilitySvg } = await import('@kvm/firewall');
      const matrix = reachability(resolved, secondsNow());
      if (json) session.out.json({ version: 1, ...matrix });
      else if (svg) session.out.document(renderReachabilitySvg(matrix));
      else if (matrix.cells.length === 0) session.say(`${file}: everything is closed`);
      else session.out.document(renderReachability(matrix));
    });
}
