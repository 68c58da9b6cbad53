import type { Command } from 'commander';
import type { Session } from '../../session.ts';
import { changeVolumes, type VolumesOptions } from './open-volumes.ts';

interface SnapshotOptions extends VolumesOptions {
  readonly size?: string;
  readonly renew?: boolean;
}

export function addDiskSnapshot(disk: Command, session: Session): void {
  disk
    .command('snapshot')
    .summary("keep a guest's disks as they are now")
    .description(
      "Takes a snapshot of each of a guest's disks while it runs: what is on them as after a power cut. A snapshot of a " +
        'disk that is not thin is lost when more has been changed since than fits into it. When there is one of that name ' +
        'already, also one that is lost, it fails, as lvcreate and zfs do; with --renew it replaces it, for a nightly job.',
    )
    .argument('<guest>', 'the guest')
    .argument('<name>', 'a name for it, such as before-upgrade')
    .option('--size <size>', 'how much may be changed, for each disk; a fifth of it when absent')
    .option('--renew', 'replace the snapshot of that name; the old one goes once the new one is there')
    .option('--json', 'as JSON, one line for each disk')
    .action(async (guest: string, name: string, { size, renew = false, ...options }: SnapshotOptions) => {
      const { parseSize } = await import('@kvm/lvm');
      const bytes = size === undefined ? undefined : parseSize(size);
      await using volumes = await changeVolumes(session, options, 'disk snapshot');
      const { takeSnapshots } = await import('@kvm/lvm/run');
      const { vg } = volumes;
      const { chooseDisks } = await import('@kvm/lvm');
      const disks = chooseDisks(volumes.storage, volumes.vg, { guest });
      const wanted = disks.map(({ volume }) => ({
        ...{ vg, volume: volume.name, snapshot: `${volume.name}.${name}`, renew },
        ...(bytes !== undefined && { bytes }),
      }));
      await takeSnapshots(wanted, volumes.options(guest), (each) =>
        volumes.done(`${each.snapshot} is ${each.volume} as it is now`, each),
      );
    });
}
