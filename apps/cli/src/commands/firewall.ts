import type { Command } from 'commander';
import type { Session } from '../session.ts';
import { addFirewallCheck } from './firewall-check.ts';
import { addFirewallDiff } from './firewall-diff.ts';
import { addFirewallExplain } from './firewall-explain.ts';
import { addFirewallMatrix } from './firewall-matrix.ts';
import { addFirewallProve } from './firewall-prove.ts';
import { addFirewallShow } from './firewall-show.ts';

export function addFirewall(program: Command, session: Session): void {
  const firewall = program
    .command('firewall')
    .summary('show, check, explain and prove the policy table')
    .description(
      "What the inventory's policy table opens and closes, as rulesets for the kernel, as a matrix, packet by packet. " +
        'Nothing is loaded into this machine.',
    );
  addFirewallShow(firewall, session);
  addFirewallCheck(firewall, session);
  addFirewallExplain(firewall, session);
  addFirewallMatrix(firewall, session);
  addFirewallDiff(firewall, session);
  addFirewallProve(firewall, session);
}
