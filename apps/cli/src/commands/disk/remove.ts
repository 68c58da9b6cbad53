import type { Command } from 'commander';
import type { Session } from '../../session.ts';
import { type ConfirmOptions, changeVolumes, mustConfirm } from './open-volumes.ts';

export function addDiskRemove(disk: Command, session: Session): void {
  disk
    .command('remove')
    .summary("remove a guest's disk or snapshot for good")
    .description(
      "Removes a disk of a guest that does not run, or a snapshot of it. Only what is marked as the guest's is removed, and " +
        'only when nothing depends on it: snapshots of it, volumes that read from it, a cache.',
    )
    .argument('<guest>', 'the guest')
    .argument('<disk>', 'the disk, such as root, or a snapshot of it, such as root.before-upgrade')
    .option('-n, --dry-run', 'only show what would be done')
    .option('--confirm <guest>', "the guest's name once more")
    .option('--json', 'as JSON, in one line')
    .action(async (guest: string, name: string, options: ConfirmOptions) => {
      mustConfirm(guest, options, `${guest}.${name} and all that is on it would be gone for good`);
      await using volumes = await changeVolumes(session, options, 'disk remove');
      const { describeStep, findOwn, planVolumes } = await import('@kvm/lvm');
      const { executeStep } = await import('@kvm/lvm/run');
      const { vg, storage } = volumes;
      const found = findOwn(storage, vg, [guest, name]);
      const { accessHere, assertVolumesUnused } = await import('@kvm/host/run');
      await assertVolumesUnused(accessHere(), guest, [found]);
      const { name: volume } = found;
      const { steps } = planVolumes([], storage, { remove: [`${vg}/${volume}`] });
      for (const step of steps) {
        if (options.dryRun) volumes.done(`would ${describeStep(step)}`, { vg, volume, dryRun: true });
        else await executeStep(step, volumes.options(volume));
      }
      if (!options.dryRun) volumes.done(`${volume} is gone`, { vg, volume });
    });
}
