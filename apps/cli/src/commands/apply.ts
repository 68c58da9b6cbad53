import type { PlanOptions } from '@kvm/host';
import type { Command } from 'commander';
import { type HostOptions, openHost, withHostOptions } from '../hosts/open-host.ts';
import { assertAsKept, readPlanFile } from '../input/plan-file.ts';
import { readDesired } from '../input/read-inventory.ts';
import { exposuresOf, type TrustOptions, withTrustOption } from '../input/trust.ts';
import { CliError } from '../output/cli-error.ts';
import type { Session } from '../session.ts';
import { carryOut } from './confirm-and-apply.ts';
import { assertWhy, planOptionsOf, withPlanOptions } from './plan-options.ts';

interface ApplyCommandOptions extends HostOptions, TrustOptions, PlanOptions {
  readonly why?: boolean | string;
  readonly yes?: boolean;
  readonly detailedExitcode?: boolean;
  readonly json?: boolean;
}

export function addApply(program: Command, session: Session): void {
  withTrustOption(
    withPlanOptions(
      withHostOptions(program.command('apply')),
      'restart guests that need it, one by one, each waiting until the one before answers',
    ),
  )
    .summary('make the host what the inventory says')
    .description(
      'Shows the plan, asks, and carries it out: what is independent side by side. When a step fails, what needs it is ' +
        'left and the rest done; run again, it goes on from there. Guests that run are restarted only with --restart, and ' +
        'no disk is ever removed. What raw XML and paths give the guests of the host is named before it asks; with --yes, ' +
        'that needs --trust-xml, too. With a FILE of `kvmctl plan --out`, it plans again with the options that the file was ' +
        'made with, and does nothing when that is another plan: it shows the difference.',
    )
    .argument('[file]', 'a plan that `kvmctl plan --out` has kept; - for standard input')
    .option('--why [guest]', 'show all of it, and of each step why; of a guest, or of host, when it is named')
    .option('-y, --yes', 'do not ask')
    .option(
      '--detailed-exitcode',
      'end with 3 when all could be done, and something is blocked or left to you, with 4 when only something is put off',
    )
    .option('--json', 'as JSON, a line for the plan and one for each step as it begins and ends')
    .action(async (file: string | undefined, options: ApplyCommandOptions) => {
      const kept = file === undefined ? undefined : await readKept(session, file, options);
      const { desired } = await readDesired(session);
      const { assertScope, planHost } = await import('@kvm/host');
      const how = kept?.options ?? planOptionsOf(options);
      assertScope(how, desired);
      await using host = await openHost(session, options);
      const { lockHost, observe } = await import('@kvm/host/run');
      await using lock = await lockHost(host.access, host.user);
      const plan = planHost(desired, await observe(desired, host), how);
      assertWhy(options.why, plan, desired);
      if (file !== undefined && kept) await assertAsKept(file, kept, { plan, desired, options: how });
      await carryOut(session, plan, {
        ...{ host, lock, options, exposures: exposuresOf(plan, desired.exposures) },
        ...(kept && { goesOn: 'another plan' }),
      });
    });
}

/** @throws CliError `usage` when options would make another plan of it */
function readKept(session: Session, file: string, options: ApplyCommandOptions) {
  if (Object.keys(planOptionsOf(options)).length > 0)
    throw new CliError(
      'usage',
      'a plan that was kept has its own --restart, --target and the like: give them to `kvmctl plan`.',
    );
  if (file === '-' && session.inventory === '-')
    throw new CliError('usage', 'standard input is the plan or the inventory, not both: -i FILE names the inventory.');
  return readPlanFile(session, file);
}
