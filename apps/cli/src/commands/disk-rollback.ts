import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { mustConfirm, openVolumes, type VolumesOptions, volumesOf } from '../open-volumes.ts';
import type { Session } from '../session.ts';

interface RollbackOptions extends VolumesOptions {
  readonly confirm?: string;
}

export function addDiskRollback(disk: Command, session: Session): void {
  disk
    .command('rollback')
    .summary("make a guest's disks what they were at a snapshot")
    .description(
      "Makes each of a guest's disks what it was when the snapshot was taken, and uses the snapshot up. What has been " +
        'written since is lost. The guest must not run.',
    )
    .argument('<guest>', 'the guest')
    .argument('<name>', "the snapshot's name")
    .option('--confirm <guest>', "the guest's name once more")
    .option('--json', 'as JSON, one line for each disk')
    .action(async (guest: string, name: string, { confirm, ...options }: RollbackOptions) => {
      mustConfirm(guest, confirm, `what ${guest} has written since ${name} would be lost`);
      using volumes = await openVolumes(session, options);
      const { vg, storage } = volumes;
      const { rollBack } = await import('@kvm/lvm/run');
      const taken = volumesOf(volumes, guest).filter((volume) =>
        storage.volumes.some((each) => each.vg === vg && each.name === `${volume.name}.${name}`),
      );
      if (taken.length === 0)
        throw new CliError('no-such-disk', `${guest} has no snapshot ${name}: see kvmctl disk list.`);
      for (const volume of taken) {
        const snapshot = `${volume.name}.${name}`;
        await rollBack({ vg, volume: volume.name, snapshot }, volumes.options(volume.name));
        volumes.done(`${volume.name} is what it was at ${name}`, { volume: volume.name, snapshot: name });
      }
    });
}
