import type { VolumePlan } from '@kvm/lvm';
import type { Command } from 'commander';
import { readDesired } from '../../input/read-inventory.ts';
import { assertTrusted, type TrustOptions, withTrustOption } from '../../input/trust.ts';
import { CliError } from '../../output/cli-error.ts';
import type { Session } from '../../session.ts';
import { type ChangeOptions, changeVolumes } from './open-volumes.ts';

export function addDiskCreate(disk: Command, session: Session): void {
  withTrustOption(disk.command('create'))
    .summary("make a guest's disks as the inventory has them")
    .description(
      "Makes those of a guest's disks that are missing, and lets those grow that are too small. Space is found for all " +
        'of them before anything is done; nothing is ever shrunk. What is not among the images of the host is copied onto a ' +
        'disk only with --trust-xml.',
    )
    .argument('<guest>', 'a guest of the inventory')
    .option('-n, --dry-run', 'only show what would be done')
    .option('--json', 'as JSON, one line for each step')
    .action(async (guest: string, options: ChangeOptions & TrustOptions) => {
      const { dryRun = false } = options;
      const { desired } = await readDesired(session);
      const { guestVolumes } = await import('@kvm/host');
      const wanted = guestVolumes(desired).filter((each) => each.guest === guest);
      if (wanted.length === 0) throw new CliError('no-such-guest', `the inventory has no guest ${guest} with disks.`);
      const filled = desired.exposures.filter((each) => each.guest === guest && each.path.at(-1) === 'from');
      if (!dryRun) assertTrusted(filled, options);
      await using volumes = await changeVolumes(session, options, 'disk create');
      const { describeStep, planVolumes } = await import('@kvm/lvm');
      const { executeStep } = await import('@kvm/lvm/run');
      const { growInGuest } = await import('./grow-in-guest.ts');
      const plan = planVolumes(
        wanted.map(({ volume }) => volume),
        volumes.storage,
      );
      for (const step of plan.steps) {
        const onGrown = (path: string, bytes: number): Promise<void> => growInGuest(session, { guest, path, bytes });
        if (!dryRun) await executeStep(step, { ...volumes.options(step.volume), onGrown });
        volumes.done(`${dryRun ? 'would ' : ''}${describeStep(step)}`, { ...step, dryRun });
      }
      if (plan.steps.length === 0) session.say(`all disks of ${guest} are there`);
      sayOvercommitment(session, plan);
    });
}

/** A pool that has promised more than it has must be watched, or grow in time. */
function sayOvercommitment(session: Session, { pools }: VolumePlan): void {
  for (const { name, promisedAfter, bytesAfter } of pools) {
    const ratio = promisedAfter / bytesAfter;
    if (ratio > 1)
      session.say(`the thin pool ${name} has promised ${ratio.toFixed(1)} times what it has: watch how full it is`);
  }
}
