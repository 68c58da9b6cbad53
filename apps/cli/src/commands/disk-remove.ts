import type { Command } from 'commander';
import { mustConfirm, openVolumes, type VolumesOptions } from '../open-volumes.ts';
import type { Session } from '../session.ts';

interface RemoveOptions extends VolumesOptions {
  readonly confirm?: string;
}

export function addDiskRemove(disk: Command, session: Session): void {
  disk
    .command('remove')
    .summary("remove a guest's disk or snapshot for good")
    .description(
      'Removes a disk of a guest that does not run, or a snapshot of it. Only what is marked as ours is removed.',
    )
    .argument('<guest>', 'the guest')
    .argument('<disk>', 'the disk, such as root, or a snapshot of it, such as root.before-upgrade')
    .option('--confirm <guest>', "the guest's name once more")
    .option('--json', 'as JSON, in one line')
    .action(async (guest: string, name: string, { confirm, ...options }: RemoveOptions) => {
      mustConfirm(guest, confirm, `${guest}.${name} and all that is on it would be gone`);
      using volumes = await openVolumes(session, options);
      const { planVolumes } = await import('@kvm/lvm');
      const { executeStep } = await import('@kvm/lvm/run');
      const at = { vg: volumes.vg, volume: `${guest}.${name}` };
      const { steps } = planVolumes([], volumes.storage, { remove: [`${at.vg}/${at.volume}`] });
      for (const step of steps) await executeStep(step, volumes.options(at.volume));
      volumes.done(`${at.volume} is gone`, at);
    });
}
