import type { Command } from 'commander';
import { readPolicy } from '../../input/read-policy.ts';
import type { Session } from '../../session.ts';

const formats = ['nft', 'iptables', 'ip6tables', 'ipset'] as const;

type Format = (typeof formats)[number];

export function addFirewallShow(firewall: Command, session: Session): void {
  const command = firewall
    .command('show')
    .summary('print the ruleset')
    .description(
      'Prints the ruleset: for nft -f, or for iptables-restore -n, ip6tables-restore -n and ipset restore, which belong ' +
        'together.',
    );
  command
    .addOption(command.createOption('--format <format>', 'the program that reads it').choices(formats).default('nft'))
    .action(async ({ format }: { format: Format }) => {
      const { resolved } = await readPolicy(session);
      const { renderIpset, renderIptables, renderNft } = await import('@kvm/firewall');
      const render: Record<Format, () => string> = {
        nft: () => renderNft(resolved),
        iptables: () => renderIptables(resolved, 4),
        ip6tables: () => renderIptables(resolved, 6),
        ipset: () => renderIpset(resolved),
      };
      session.out.document(render[format]());
    });
}
