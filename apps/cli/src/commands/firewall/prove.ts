import type { BackEnd, Ruleset } from '@kvm/firewall';
import type { Command } from 'commander';
import { readPolicy } from '../../input/read-policy.ts';
import type { Session } from '../../session.ts';

/** As the firewall's `backEnds`, which would have to be loaded to show the help. */
const backEnds: readonly BackEnd[] = ['nft', 'iptables'];

export function addFirewallProve(firewall: Command, session: Session): void {
  const command = firewall
    .command('prove')
    .summary("prove that the kernel's rules say what the policy says")
    .description(
      'Loads the rulesets into a network namespace of their own, reads them back, and compares what they say of a packet ' +
        'of every class with what the policy says. Exit code 1 when they differ; each difference is shown as a packet.',
    );
  command
    .addOption(command.createOption('--only <back-end>', 'one of the two').choices(backEnds))
    .action(async ({ only }: { only?: BackEnd }) => {
      const { resolved } = await readPolicy(session);
      const { prove } = await import('@kvm/firewall');
      const { kernelRuleset } = await import('@kvm/firewall/run');
      const asked = only === undefined ? backEnds : [only];
      const rulesets: Ruleset[] = [];
      for (const backEnd of asked) rulesets.push(await kernelRuleset(resolved, backEnd));
      const { packets, disagreements } = prove(resolved, rulesets);
      const { green, red } = session.paint;
      for (const { text } of disagreements) session.print(red(text));
      const names = asked.join(' and ');
      if (disagreements.length === 0)
        session.print(green(`${names}: as the policy, in all ${packets} classes of packets`));
      else session.exitCode = 1;
    });
}
