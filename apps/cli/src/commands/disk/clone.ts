import type { Command } from 'commander';
import type { Session } from '../../session.ts';
import { changeVolumes, type VolumesOptions } from './open-volumes.ts';

export function addDiskClone(disk: Command, session: Session): void {
  disk
    .command('clone')
    .summary("copy a guest's disks for another guest")
    .description(
      "Copies each of a guest's disks while it runs: what is on them as after a power cut. Clones of thin disks share " +
        'what is the same, and take no time. Nothing is begun unless all of them can be copied.',
    )
    .argument('<guest>', 'the guest')
    .argument('<to>', 'the other guest, which must not have these disks yet')
    .option('--json', 'as JSON, one line for each disk')
    .action(async (guest: string, to: string, options: VolumesOptions) => {
      await using volumes = await changeVolumes(session, options, 'disk clone');
      const { chooseDisks } = await import('@kvm/lvm');
      const disks = chooseDisks(volumes.storage, volumes.vg, { guest });
      const { cloneVolumes } = await import('@kvm/lvm/run');
      const clones = disks.map(({ disk, volume }) => ({
        ...{ vg: volumes.vg, volume: volume.name, to: { volume: `${to}.${disk}`, owner: `${to}/${disk}` } },
      }));
      await cloneVolumes(
        clones,
        (clone) => volumes.options(clone.to.volume),
        ({ volume, to: { volume: copy } }) => volumes.done(`${copy} is a copy of ${volume}`, { volume, copy }),
      );
    });
}
