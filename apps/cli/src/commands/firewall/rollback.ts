import type { Command } from 'commander';
import { lockThisHost } from '../../hosts/lock-this-host.ts';
import type { Session } from '../../session.ts';
import { mustBeRoot } from './live-ruleset.ts';

export function addFirewallRollback(firewall: Command, session: Session): void {
  firewall
    .command('rollback')
    .summary('undo what was applied and waits for its confirmation')
    .description('Restores at once what was in the kernel before `kvmctl firewall apply --confirm`.')
    .action(async () => {
      mustBeRoot('decides about rules in the kernel');
      const { rollbackPolicy, runHere } = await import('@kvm/firewall/run');
      await using lock = await lockThisHost(session);
      lock.log({ event: 'firewall rollback' });
      await rollbackPolicy(lock.guard(runHere));
      session.say('the rules are as they were before');
    });
}
