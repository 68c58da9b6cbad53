import { resolve } from 'node:path';
import type { Command } from 'commander';
import { CliError } from '../../output/cli-error.ts';
import type { Session } from '../../session.ts';
import { openVolumes, type VolumesOptions } from './open-volumes.ts';

export function addDiskBackup(disk: Command, session: Session): void {
  disk
    .command('backup')
    .summary("write a guest's disk to a file or to standard output")
    .description(
      'Writes a disk to a file while the guest runs, compressed and with checksums: what is on it as after a power cut. ' +
        '`zstd -d` unpacks the file without kvmctl, too.',
    )
    .argument('<guest>', 'the guest')
    .argument('<disk>', 'the disk, such as root')
    .argument('<file>', 'the file to write, which must not be there; `-` for standard output')
    .option('--json', 'as JSON, a line for each step')
    .action(async (guest: string, name: string, file: string, options: VolumesOptions) => {
      if (file === '-') refuseForStdout(session, options);
      // It changes nothing that stays, and takes long: the host is not locked, and backups may run side by side.
      await using volumes = await openVolumes(session, options);
      const { diskOf } = await import('@kvm/lvm');
      const volume = diskOf(volumes.storage, volumes.vg, `${guest}/${name}`);
      const { backUpVolume, streamBackup } = await import('@kvm/lvm/run');
      const at = { vg: volumes.vg, volume: volume.name };
      const how = volumes.options(volume.name);
      if (file === '-') await streamBackup(at, 'inherit', how);
      else await backUpVolume(at, resolve(session.io.cwd, file), how);
      const where = file === '-' ? 'what was written' : file;
      volumes.done(`${where} holds ${volume.name} as it is now`, { ...at, file, bytes: volume.bytes });
    });
}

/** The backup itself goes there. @throws CliError `usage` */
function refuseForStdout({ out }: Session, { json = false }: VolumesOptions): void {
  if (json) throw new CliError('usage', 'standard output has room for the backup or for JSON, not for both.');
  if (out.isTerminal) throw new CliError('usage', 'a backup is nothing to read: write it to a file, or pipe it on.');
}
