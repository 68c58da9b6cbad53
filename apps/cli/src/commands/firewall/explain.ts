import type { Command } from 'commander';
import { readPolicy } from '../../input/read-policy.ts';
import type { Session } from '../../session.ts';
import { questionPackets } from './question.ts';

export function addFirewallExplain(firewall: Command, session: Session): void {
  firewall
    .command('explain')
    .summary('tell which row decides about a packet')
    .description(
      'Tells what becomes of a first packet, and which row decides. A network stands for an address of it that nobody ' +
        'has by name.',
    )
    .argument('<from>', 'a guest, machine, group or network, an address, or one of guests, host, lan, anywhere')
    .argument('<to>', 'the same')
    .argument('<service>', 'a service such as ssh, or a port such as tcp/22')
    .action(async (from: string, to: string, service: string) => {
      const read = await readPolicy(session);
      const { explain } = await import('@kvm/firewall');
      for (const packet of await questionPackets(read, { from, to, service }))
        session.print(explain(read.resolved, packet));
    });
}
