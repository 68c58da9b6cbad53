import type { Question } from '@kvm/firewall';
import type { Command } from 'commander';
import { type ReadPolicy, readPolicy } from '../../input/read-policy.ts';
import type { Session } from '../../session.ts';
import { asked, contextOf } from './asked.ts';

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
    .option('--json', 'as JSON')
    .action(async (from: string, to: string, service: string, { json }: { json?: boolean }) => {
      const read = await readPolicy(session);
      const { explain, explanation } = await import('@kvm/firewall');
      const packets = await packetsOf(read, { from, to, service });
      if (json) session.out.json({ version: 1, packets: packets.map((packet) => explanation(read.resolved, packet)) });
      else for (const packet of packets) session.print(explain(read.resolved, packet));
    });
}

/** The packets that a question is about. @throws CliError `usage` when it cannot be asked */
function packetsOf(read: ReadPolicy, question: Question) {
  return asked(async () => {
    const { questionPackets } = await import('@kvm/firewall');
    return questionPackets(contextOf(read), question);
  });
}
