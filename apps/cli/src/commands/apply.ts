import type { Command } from 'commander';
import { type HostOptions, openHost, withHostOptions } from '../hosts/open-host.ts';
import { readDesired } from '../input/read-inventory.ts';
import { exposuresOf, type TrustOptions, withTrustOption } from '../input/trust.ts';
import type { Session } from '../session.ts';
import { carryOut } from './confirm-and-apply.ts';

interface ApplyCommandOptions extends HostOptions, TrustOptions {
  readonly restart?: boolean;
  readonly adopt?: string[];
  readonly confirm?: string[];
  readonly why?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

export function addApply(program: Command, session: Session): void {
  withTrustOption(withHostOptions(program.command('apply')))
    .summary('make the host what the inventory says')
    .description(
      'Shows the plan, asks, and carries it out: what is independent side by side. When a step fails, what needs it is ' +
        'left and the rest done; run again, it goes on from there. Guests that run are restarted only with --restart, and ' +
        'no disk is ever removed. What raw XML and paths give the guests of the host is named before it asks; with --yes, ' +
        'that needs --trust-xml, too.',
    )
    .option('--restart', 'restart guests that need it, one by one, each waiting until the one before answers')
    .option(
      '--adopt <volumes>',
      'take over volumes that are not marked as ours: VG/NAME, with commas between them',
      (names) => names.split(','),
    )
    .option(
      '--confirm <guests>',
      'let these guests have other disks than they have, and lose sight of what is on them; with commas between them',
      (names) => names.split(','),
    )
    .option('--why', 'say of each step why')
    .option('-y, --yes', 'do not ask')
    .option('--json', 'as JSON, a line for the plan and one for each step as it begins and ends')
    .action(async (options: ApplyCommandOptions) => {
      const { desired } = await readDesired(session);
      await using host = await openHost(session, options);
      const { planHost } = await import('@kvm/host');
      const { lockHost, observe } = await import('@kvm/host/run');
      await using lock = await lockHost(host.access, host.user);
      const plan = planHost(desired, await observe(desired, host), options);
      await carryOut(session, plan, { host, lock, options, exposures: exposuresOf(plan, desired.exposures) });
    });
}
