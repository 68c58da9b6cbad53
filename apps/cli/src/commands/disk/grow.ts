import type { Command } from 'commander';
import { CliError } from '../../output/cli-error.ts';
import type { Session } from '../../session.ts';
import { growInGuest } from './grow-in-guest.ts';
import { changeVolumes, type VolumesOptions } from './open-volumes.ts';

export function addDiskGrow(disk: Command, session: Session): void {
  disk
    .command('grow')
    .summary("let a guest's disk grow while it runs")
    .description(
      'Lets a disk grow and tells the guest, if it runs; the file system in it grows with resize2fs in it. Write ' +
        'the new size into the inventory, too.',
    )
    .argument('<guest>', 'the guest')
    .argument('<disk>', 'the disk, such as root')
    .argument('<size>', 'its new size, such as 20GiB, or +4GiB')
    .option('--json', 'as JSON, in one line')
    .action(async (guest: string, name: string, size: string, options: VolumesOptions) => {
      await using volumes = await changeVolumes(session, options, 'disk grow');
      const { describeStep, diskOf, formatSize, layoutOf, parseSize, planVolumes } = await import('@kvm/lvm');
      const owner = `${guest}/${name}`;
      const volume = diskOf(volumes.storage, volumes.vg, owner);
      const bytes = size.startsWith('+') ? volume.bytes + parseSize(size.slice(1)) : parseSize(size);
      const layout = layoutOf(volume) ?? { type: 'linear' };
      const { vg } = volumes;
      const { steps } = planVolumes([{ vg, name: volume.name, bytes, owner, layout }], volumes.storage);
      if (steps.length === 0) throw new CliError('usage', `${volume.name} has ${formatSize(volume.bytes)} already.`);
      const { executeStep } = await import('@kvm/lvm/run');
      for (const step of steps) {
        const onGrown = (path: string, now: number): Promise<void> => growInGuest(session, { guest, path, bytes: now });
        await executeStep(step, { ...volumes.options(step.volume), onGrown });
        volumes.done(describeStep(step), step);
      }
    });
}
