import { resolve } from 'node:path';
import type { DesiredVolume } from '@kvm/lvm';
import type { Command } from 'commander';
import { inputName } from '../../input/read-input.ts';
import { CliError } from '../../output/cli-error.ts';
import type { Session } from '../../session.ts';
import { changeVolumes, type OpenVolumes, type VolumesOptions } from './open-volumes.ts';

export function addDiskRestore(disk: Command, session: Session): void {
  disk
    .command('restore')
    .summary("make a guest's disk of a backup")
    .description(
      'Makes a disk that is not there of a backup, which is checked first. One that is there is never overwritten: ' +
        'remove it before (kvmctl disk remove), or restore under another name. It lies as the inventory has it.',
    )
    .argument('<file>', 'a file of kvmctl disk backup; `-` for standard input')
    .argument('<guest>', 'the guest')
    .argument('<disk>', 'the disk, such as root')
    .option('--json', 'as JSON, a line for each step')
    .action(async (file: string, guest: string, name: string, options: VolumesOptions) => {
      if (file === '-' && session.inventory === '-')
        throw new CliError('usage', 'standard input holds the inventory or the backup, not both.');
      await using volumes = await changeVolumes(session, options, 'disk restore');
      const { restoreFromStream, restoreVolume } = await import('@kvm/lvm/run');
      const { describeLayout } = await import('@kvm/lvm');
      const desired = await desiredVolume(volumes, `${guest}/${name}`);
      const { layout, on } = desired ?? { layout: { type: 'linear' } };
      const wanted = {
        ...{ vg: volumes.vg, volume: `${guest}.${name}`, owner: `${guest}/${name}`, layout },
        ...(on && { on }),
      };
      const how = volumes.options(wanted.volume);
      if (file === '-') await restoreFromStream(session.io.stdin, wanted, how);
      else await restoreVolume(resolve(session.io.cwd, file), wanted, how);
      const laidOut = `${describeLayout(layout)}${desired ? '' : ', since the inventory has no such disk'}`;
      volumes.done(`${wanted.volume} holds what ${inputName(file)} has; it is ${laidOut}`, { ...wanted, file });
    });
}

/** A disk as the inventory has it: its backup does not say how it was laid out. */
async function desiredVolume({ parsed }: OpenVolumes, owner: string): Promise<DesiredVolume | undefined> {
  const { deriveDesired, guestVolumes } = await import('@kvm/host');
  return guestVolumes(deriveDesired(parsed)).find(({ volume }) => volume.owner === owner)?.volume;
}
