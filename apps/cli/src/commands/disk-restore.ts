import { resolve } from 'node:path';
import type { Command } from 'commander';
import { openVolumes, type VolumesOptions } from '../open-volumes.ts';
import type { Session } from '../session.ts';

export function addDiskRestore(disk: Command, session: Session): void {
  disk
    .command('restore')
    .summary("make a guest's disk of a backup")
    .description(
      'Makes a disk that is not there of a backup, which is checked first. One that is there is never overwritten: ' +
        'remove it before (kvmctl disk remove), or restore under another name.',
    )
    .argument('<file>', 'a file of kvmctl disk backup')
    .argument('<guest>', 'the guest')
    .argument('<disk>', 'the disk, such as root')
    .option('--json', 'as JSON, a line for each step')
    .action(async (file: string, guest: string, name: string, options: VolumesOptions) => {
      using volumes = await openVolumes(session, options);
      const { restoreVolume } = await import('@kvm/lvm/run');
      const wanted = { vg: volumes.vg, volume: `${guest}.${name}`, owner: `${guest}/${name}` };
      await restoreVolume(resolve(session.io.cwd, file), wanted, volumes.options(wanted.volume));
      volumes.done(`${wanted.volume} holds what ${file} has`, { ...wanted, file });
    });
}
