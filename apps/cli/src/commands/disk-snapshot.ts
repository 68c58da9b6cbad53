import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { openVolumes, type VolumesOptions, volumesOf } from '../open-volumes.ts';
import type { Session } from '../session.ts';

interface SnapshotOptions extends VolumesOptions {
  readonly size?: string;
}

export function addDiskSnapshot(disk: Command, session: Session): void {
  disk
    .command('snapshot')
    .summary("keep a guest's disks as they are now")
    .description(
      "Takes a snapshot of each of a guest's disks while it runs: what is on them as after a power cut. A snapshot of a " +
        'disk that is not thin is lost when more has been changed since than fits into it.',
    )
    .argument('<guest>', 'the guest')
    .argument('<name>', 'a name for it, such as before-upgrade')
    .option('--size <size>', 'how much may be changed, for each disk; a fifth of it when absent')
    .option('--json', 'as JSON, one line for each disk')
    .action(async (guest: string, name: string, { size, ...options }: SnapshotOptions) => {
      using volumes = await openVolumes(session, options);
      const { parseSize } = await import('@kvm/lvm');
      const { takeSnapshot } = await import('@kvm/lvm/run');
      const all = volumesOf(volumes, guest);
      if (all.length === 0) throw new CliError('no-such-disk', `${guest} has no disks in ${volumes.vg}.`);
      const bytes = size === undefined ? undefined : parseSize(size);
      for (const volume of all) {
        const snapshot = `${volume.name}.${name}`;
        const wanted = { vg: volumes.vg, volume: volume.name, snapshot, ...(bytes !== undefined && { bytes }) };
        await takeSnapshot(wanted, volumes.options(snapshot));
        volumes.done(`${snapshot} is ${volume.name} as it is now`, wanted);
      }
    });
}
