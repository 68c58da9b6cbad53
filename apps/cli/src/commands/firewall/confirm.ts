import type { Command } from 'commander';
import { lockThisHost } from '../../hosts/lock-this-host.ts';
import type { Session } from '../../session.ts';
import { mustBeRoot } from './live-ruleset.ts';

export function addFirewallConfirm(firewall: Command, session: Session): void {
  firewall
    .command('confirm')
    .summary('keep what was applied')
    .description('Keeps what `kvmctl firewall apply --confirm` put into the kernel, also after the next boot.')
    .action(async () => {
      mustBeRoot('decides about rules in the kernel');
      const { confirmPolicy, runHere } = await import('@kvm/firewall/run');
      await using lock = await lockThisHost(session);
      lock.log({ event: 'firewall confirm' });
      await confirmPolicy(lock.guard(runHere));
      session.say('it stays, now and after the next boot');
    });
}
