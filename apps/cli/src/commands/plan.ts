import type { PlanOptions } from '@kvm/host';
import type { Command } from 'commander';
import { type HostOptions, openHost, withHostOptions } from '../hosts/open-host.ts';
import { writePlanFile } from '../input/plan-file.ts';
import { readDesired } from '../input/read-inventory.ts';
import { exposuresOf, listExposures } from '../input/trust.ts';
import { detailedExitCode, planJson, summarisePlan } from '../output/plan-summary.ts';
import { renderPlan } from '../output/render-plan.ts';
import type { Session } from '../session.ts';
import { assertWhy, detailedExitCodes, planOptionsOf, withPlanOptions } from './plan-options.ts';

interface PlanCommandOptions extends HostOptions, PlanOptions {
  readonly why?: boolean | string;
  readonly out?: string;
  readonly json?: boolean;
  readonly detailedExitcode?: boolean;
}

export function addPlan(program: Command, session: Session): void {
  withPlanOptions(withHostOptions(program.command('plan')), 'plan restarts of guests that need one')
    .summary('show what would make the host what the inventory says')
    .description(
      'Compares the inventory with the host and shows, guest by guest, what `kvmctl apply` would do and what that means to ' +
        'a guest that runs. Changes nothing.',
    )
    .option('--why [guest]', 'show all of it, and of each step why; of a guest, or of host, when it is named')
    .option('--out <file>', 'keep the plan, for `kvmctl apply FILE` to do this and nothing else')
    .option('--json', 'as JSON')
    .option('--detailed-exitcode', detailedExitCodes)
    .action(async (options: PlanCommandOptions) => {
      const { desired } = await readDesired(session);
      const { assertScope, planHost } = await import('@kvm/host');
      const how = planOptionsOf(options);
      assertScope(how, desired);
      await using host = await openHost(session, options);
      const { observe } = await import('@kvm/host/run');
      const plan = planHost(desired, await observe(desired, host), how);
      assertWhy(options.why, plan, desired);
      if (options.out !== undefined) await writePlanFile(session, options.out, { plan, desired, options: how });
      if (options.json) session.out.json({ ...planJson(plan), exposures: desired.exposures });
      else {
        const shown = renderPlan(plan, { paint: session.paint, why: options.why, screen: session.out.screen });
        if (shown.length > 0) session.out.lines([...shown, '']);
        const exposures = exposuresOf(plan, desired.exposures);
        const title = session.paint.bold('reaches the host beyond the guests');
        if (exposures.length > 0)
          session.out.lines([title, ...listExposures(exposures).map((line) => `  ${line}`), '']);
        session.say(summarisePlan(plan));
      }
      if (options.out !== undefined)
        session.say(`wrote ${options.out}; \`kvmctl apply ${options.out}\` does this and nothing else`);
      if (options.detailedExitcode) session.exitCode = detailedExitCode(plan);
    });
}
