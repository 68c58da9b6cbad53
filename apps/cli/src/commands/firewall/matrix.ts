import type { Command } from 'commander';
import { readPolicy, secondsNow } from '../../input/read-policy.ts';
import type { Session } from '../../session.ts';
import { listed } from '../listed.ts';
import { asked, contextOf } from './asked.ts';

interface MatrixOptions {
  readonly json?: boolean;
  readonly svg?: boolean;
  readonly from?: readonly string[];
  readonly to?: readonly string[];
  readonly service?: readonly string[];
}

export function addFirewallMatrix(firewall: Command, session: Session): void {
  const command = firewall
    .command('matrix')
    .summary('show who may open a connection to whom')
    .description('Shows who may open a connection to whom, on what; what is not shown is closed.');
  command
    .addOption(command.createOption('--svg', 'as a picture').conflicts('json'))
    .option('--json', 'as JSON')
    .option(
      '--from <zones>',
      'only from these: guests, groups, machines, networks, host, lan, anywhere; with commas',
      listed,
    )
    .option('--to <zones>', 'only to these', listed)
    .option('--service <services>', 'only what is open of these, such as ssh or tcp/8000-8099', listed)
    .action(async ({ json, svg, from, to, service: services }: MatrixOptions) => {
      const read = await readPolicy(session);
      const { narrowReachability, reachability, renderReachability, renderReachabilitySvg } = await import(
        '@kvm/firewall'
      );
      const context = contextOf(read);
      const matrix = await asked(async () =>
        narrowReachability(reachability(read.resolved, secondsNow()), context, { from, to, services }),
      );
      if (json) session.out.json({ version: 1, ...matrix });
      else if (svg) session.out.document(renderReachabilitySvg(matrix));
      else if (matrix.cells.length === 0)
        session.say(`${read.file}: ${from || to || services ? 'nothing of that is open' : 'everything is closed'}`);
      else session.out.document(renderReachability(matrix));
    });
}
