import type { Command } from 'commander';
import { openVolumes, type VolumesOptions } from '../open-volumes.ts';
import type { Session } from '../session.ts';

interface EvacuateOptions extends VolumesOptions {
  readonly to?: readonly string[];
  readonly replaceBy?: string;
}

export function addDiskEvacuate(disk: Command, session: Session): void {
  disk
    .command('evacuate')
    .summary('empty a physical volume while all guests run')
    .description(
      'Moves everything that lies on a physical volume to others, volume by volume, as `disk move` does; nothing new is ' +
        'put on it from then on. With --replace-by, a new disk joins the group and the old one leaves it.',
    )
    .argument('<device>', 'the physical volume, such as /dev/sda')
    .option('--to <devices>', 'physical volumes with commas between them; all others when absent', (devices) =>
      devices.split(','),
    )
    .option('--replace-by <device>', 'a disk of no group, which takes its place')
    .option('--json', 'as JSON, a line for each step')
    .action(async (device: string, { to, replaceBy, ...options }: EvacuateOptions) => {
      using volumes = await openVolumes(session, options);
      const { evacuateDisk, replaceDisk } = await import('@kvm/lvm/run');
      if (replaceBy === undefined) await evacuateDisk({ from: device, ...(to && { to }) }, volumes.options(device));
      else await replaceDisk(device, replaceBy, volumes.options(device));
      volumes.done(`${device} is empty`, { device, ...(replaceBy !== undefined && { replacedBy: replaceBy }) });
    });
}
