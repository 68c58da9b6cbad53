import type { Command } from 'commander';
import { type HostOptions, openHost, withHostOptions } from '../hosts/open-host.ts';
import { assertAsKept, readPlanFile } from '../input/plan-file.ts';
import { readDesired } from '../input/read-inventory.ts';
import { exposuresOf, type TrustOptions, withTrustOption } from '../input/trust.ts';
import { CliError } from '../output/cli-error.ts';
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
        'that needs --trust-xml, too. With a FILE of `kvmctl plan --out`, it plans again with the options that the file was ' +
        'made with, and does nothing when that is another plan: it shows the difference.',
    )
    .argument('[file]', 'a plan that `kvmctl plan --out` has kept; - for standard input')
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
    .action(async (file: string | undefined, options: ApplyCommandOptions) => {
      const kept = file === undefined ? undefined : await readKept(session, file, options);
      const { desired } = await readDesired(session);
      await using host = await openHost(session, options);
      const { planHost } = await import('@kvm/host');
      const { lockHost, observe } = await import('@kvm/host/run');
      await using lock = await lockHost(host.access, host.user);
      const how = kept?.options ?? options;
      const plan = planHost(desired, await observe(desired, host), how);
      if (file !== undefined && kept) await assertAsKept(file, kept, { plan, desired, options: how });
      await carryOut(session, plan, {
        ...{ host, lock, options, exposures: exposuresOf(plan, desired.exposures) },
        ...(kept && { goesOn: 'another plan' }),
      });
    });
}

/** @throws CliError `usage` when options would make another plan of it */
function readKept(session: Session, file: string, { restart, adopt, confirm }: ApplyCommandOptions) {
  if (restart || adopt || confirm)
    throw new CliError(
      'usage',
      'a plan that was kept has its --restart, --adopt and --confirm: give them to `kvmctl plan`.',
    );
  if (file === '-' && session.inventory === '-')
    throw new CliError('usage', 'standard input is the plan or the inventory, not both: -i FILE names the inventory.');
  return readPlanFile(session, file);
}
