import type { Desired, Plan, PlanOptions } from '@kvm/host';
import type { Command } from 'commander';
import { CliError } from '../output/cli-error.ts';
import { listed } from './listed.ts';

/** Adds the options that decide what is planned. @param restarts what `--restart` does */
export const withPlanOptions = (command: Command, restarts: string): Command =>
  command
    .option('--restart', restarts)
    .option(
      '--target <scope>',
      'only these: guests, groups, host, or kinds (firewall, files, network, disks, definitions, power)',
      listed,
    )
    .option('--exclude <scope>', 'all but these, and but what needs them', listed)
    .option(
      '--adopt <volumes>',
      'take over volumes that are not marked as ours: VG/NAME, with commas between them',
      listed,
    )
    .option(
      '--confirm <guests>',
      'let these guests have other disks than they have, and lose sight of what is on them; with commas between them',
      listed,
    );

export const detailedExitCodes =
  'end with 2 when there is something to do, else 3 when something is blocked or left to you, else 4 when something is put off';

/**
 * Whether `--why` names somebody: a file behind it, which was to be the plan, would be passed over.
 *
 * @throws CliError `no-such-guest`
 */
export function assertWhy(why: boolean | string | undefined, plan: Plan, { inventory }: Desired): void {
  if (typeof why !== 'string') return;
  const named = [
    ...inventory.guests.map(({ name }) => name),
    ...[...plan.steps, ...plan.waiting].map(({ guest }) => guest),
  ];
  if (why !== 'host' && !named.includes(why))
    throw new CliError('no-such-guest', `--why=${why}: there is no guest ${why}. Nothing was done.`);
}

/** Those of a command's options, and no other. */
export const planOptionsOf = ({ restart, target, exclude, adopt, confirm }: PlanOptions): PlanOptions => ({
  ...(restart && { restart }),
  ...(target && { target }),
  ...(exclude && { exclude }),
  ...(adopt && { adopt }),
  ...(confirm && { confirm }),
});
