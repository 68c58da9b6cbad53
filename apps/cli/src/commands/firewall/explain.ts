import type { Question } from '@kvm/firewall';
import type { Command } from 'commander';
import { type ReadPolicy, readPolicy, secondsNow } from '../../input/read-policy.ts';
import { CliError } from '../../output/cli-error.ts';
import type { Session } from '../../session.ts';

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
      for (const packet of await packetsOf(read, { from, to, service })) session.print(explain(read.resolved, packet));
    });
}

/** The packets that a question is about. @throws CliError `usage` when it cannot be asked */
async function packetsOf({ resolved, zones, services }: ReadPolicy, question: Question) {
  const { FirewallError, questionPackets } = await import('@kvm/firewall');
  try {
    return questionPackets({ policy: resolved, zones, services, time: secondsNow() }, question);
  } catch (cause) {
    if (!(cause instanceof FirewallError) || cause.code !== 'invalid-question') throw cause;
    const problems = cause.problems.map(({ message, remedy }) => `${message} ${remedy}`);
    throw new CliError('usage', problems.length > 0 ? problems : cause.message, { cause });
  }
}
