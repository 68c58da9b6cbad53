import type { Command } from 'commander';
import type { Session } from '../session.ts';
import { addFirewallApply } from './firewall/apply.ts';
import { addFirewallCheck } from './firewall/check.ts';
import { addFirewallConfirm } from './firewall/confirm.ts';
import { addFirewallCounters } from './firewall/counters.ts';
import { addFirewallDiff } from './firewall/diff.ts';
import { addFirewallExplain } from './firewall/explain.ts';
import { addFirewallMatrix } from './firewall/matrix.ts';
import { addFirewallProve } from './firewall/prove.ts';
import { addFirewallRollback } from './firewall/rollback.ts';
import { addFirewallShow } from './firewall/show.ts';

export function addFirewall(program: Command, session: Session): void {
  const firewall = program
    .command('firewall')
    .summary('show, check, explain, prove and apply the policy table')
    .description(
      "What the inventory's policy table opens and closes, as rulesets for the kernel, as a matrix, packet by packet; " +
        'and putting it into the kernel. Only `apply`, `confirm` and `rollback` change this machine.',
    );
  addFirewallShow(firewall, session);
  addFirewallCheck(firewall, session);
  addFirewallExplain(firewall, session);
  addFirewallMatrix(firewall, session);
  addFirewallDiff(firewall, session);
  addFirewallProve(firewall, session);
  addFirewallApply(firewall, session);
  addFirewallConfirm(firewall, session);
  addFirewallRollback(firewall, session);
  addFirewallCounters(firewall, session);
}
