import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { openVolumes, type VolumesOptions, volumesOf } from '../open-volumes.ts';
import type { Session } from '../session.ts';

export function addDiskClone(disk: Command, session: Session): void {
  disk
    .command('clone')
    .summary("copy a guest's disks for another guest")
    .description(
      "Copies each of a guest's disks while it runs: what is on them as after a power cut. Clones of thin disks share " +
        'what is the same, and take no time.',
    )
    .argument('<guest>', 'the guest')
    .argument('<to>', 'the other guest, which must not have these disks yet')
    .option('--json', 'as JSON, one line for each disk')
    .action(async (guest: string, to: string, options: VolumesOptions) => {
      using volumes = await openVolumes(session, options);
      const all = volumesOf(volumes, guest);
      if (all.length === 0) throw new CliError('no-such-disk', `${guest} has no disks in ${volumes.vg}.`);
      const { cloneVolume } = await import('@kvm/lvm/run');
      for (const volume of all) {
        const disk = volume.name.slice(guest.length + 1);
        const copy = { volume: `${to}.${disk}`, owner: `${to}/${disk}` };
        await cloneVolume({ vg: volumes.vg, volume: volume.name, to: copy }, volumes.options(copy.volume));
        volumes.done(`${copy.volume} is a copy of ${volume.name}`, { volume: volume.name, copy: copy.volume });
      }
    });
}
