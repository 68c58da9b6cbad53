import type { Command } from 'commander';
import { readPolicy, secondsNow } from '../read-policy.ts';
import type { Session } from '../session.ts';

export function addFirewallDiff(firewall: Command, session: Session): void {
  firewall
    .command('diff')
    .summary('show what one inventory opens and closes over another')
    .description('Shows what becomes reachable, and what ceases to be, from one inventory to the other.')
    .argument('<old>', 'the inventory before')
    .argument('<new>', 'the inventory after')
    .action(async (before: string, after: string) => {
      const [old, wanted] = [await readPolicy(session, before), await readPolicy(session, after)];
      const { diffReachability, reachability, renderReachDiff } = await import('@kvm/firewall');
      const time = secondsNow();
      const difference = diffReachability(reachability(old.resolved, time), reachability(wanted.resolved, time));
      const { opens, closes } = difference;
      if (opens.length + closes.length === 0) session.say('both open the same');
      session.io.stdout.write(renderReachDiff(difference));
    });
}
