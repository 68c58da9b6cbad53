import { resolve } from 'node:path';
import type { Command } from 'commander';
import { openVolumes, type VolumesOptions, volumeOf } from '../open-volumes.ts';
import type { Session } from '../session.ts';

export function addDiskBackup(disk: Command, session: Session): void {
  disk
    .command('backup')
    .summary("write a guest's disk to a file")
    .description(
      'Writes a disk to a file while the guest runs, compressed and with checksums: what is on it as after a power cut. ' +
        '`zstd -d` unpacks the file without kvmctl, too.',
    )
    .argument('<guest>', 'the guest')
    .argument('<disk>', 'the disk, such as root')
    .argument('<file>', 'the file to write, which must not be there')
    .option('--json', 'as JSON, a line for each step')
    .action(async (guest: string, name: string, file: string, options: VolumesOptions) => {
      using volumes = await openVolumes(session, options);
      const volume = volumeOf(volumes, guest, name);
      const { backUpVolume } = await import('@kvm/lvm/run');
      const at = { vg: volumes.vg, volume: volume.name };
      await backUpVolume(at, resolve(session.io.cwd, file), volumes.options(volume.name));
      volumes.done(`${file} holds ${volume.name} as it is now`, { ...at, file, bytes: volume.bytes });
    });
}
