import type { Command } from 'commander';
import type { Session } from '../../session.ts';
import { type ConfirmOptions, changeVolumes, mustConfirm } from './open-volumes.ts';

interface EvacuateOptions extends ConfirmOptions {
  readonly to?: readonly string[];
  readonly replaceBy?: string;
  readonly foreign?: boolean;
}

export function addDiskEvacuate(disk: Command, session: Session): void {
  disk
    .command('evacuate')
    .summary('empty a physical volume while all guests run')
    .description(
      "Moves what lies on a physical volume of the inventory's group to others, volume by volume, as `disk move` does; " +
        'LVM puts nothing new on it from then on (pvchange -xy lets it again). When something cannot be moved, nothing is; when ' +
        'it fails later, what has been moved stays there, and LVM may use the disk again. With --replace-by, a new disk joins ' +
        'the group and the old one leaves it.',
    )
    .argument('<device>', 'the physical volume, such as /dev/sda')
    .option('--to <devices>', 'physical volumes with commas between them; all others when absent', (devices) =>
      devices.split(','),
    )
    .option('--replace-by <device>', 'a disk of no group, which takes its place')
    .option('--foreign', 'move volumes that do not bear our tag, too; without it they are refused')
    .option('-n, --dry-run', 'only show what would be done')
    .option('--confirm <device>', 'the physical volume once more')
    .option('--json', 'as JSON, a line for each step')
    .action(async (device: string, { to, replaceBy, foreign = false, ...options }: EvacuateOptions) => {
      mustConfirm(device, options, `everything on ${device} would be moved to other disks`);
      await using volumes = await changeVolumes(session, options, 'disk evacuate');
      const { vg } = volumes;
      const how = volumes.options(device);
      const { evacuateDisk, planEvacuation, replaceDisk } = await import('@kvm/lvm/run');
      const evacuation = { vg, from: device, ...(to && { to }), foreign };
      if (options.dryRun) {
        const plan = await planEvacuation(evacuation, how);
        for (const move of plan.moves)
          volumes.done(`would move ${move.volume} from ${move.from} to ${move.to.join(' or ')}`, {
            ...move,
            dryRun: true,
          });
        if (plan.moves.length === 0) session.say(`${device} is empty`);
        return;
      }
      if (replaceBy === undefined) await evacuateDisk(evacuation, how);
      else await replaceDisk({ vg, from: device, by: replaceBy, foreign }, how);
      volumes.done(`${device} is empty`, { device, ...(replaceBy !== undefined && { replacedBy: replaceBy }) });
    });
}
