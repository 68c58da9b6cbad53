import type { Command } from 'commander';
import type { Session } from '../../session.ts';
import { type ConfirmOptions, changeVolumes, mustConfirm } from './open-volumes.ts';

interface RollbackOptions extends ConfirmOptions {
  readonly disk?: readonly string[];
}

export function addDiskRollback(disk: Command, session: Session): void {
  disk
    .command('rollback')
    .summary("make a guest's disks what they were at a snapshot")
    .description(
      "Makes each of a guest's disks what it was when the snapshot was taken, and uses the snapshot up. What has been " +
        'written since is lost. The guest must not run. When one of the disks cannot be rolled back, or has no such snapshot, ' +
        'none is: --disk names those that are meant.',
    )
    .argument('<guest>', 'the guest')
    .argument('<name>', "the snapshot's name")
    .option('--disk <disks>', 'only these disks, with commas between them', (disks) => disks.split(','))
    .option('-n, --dry-run', 'only show what would be done')
    .option('--confirm <guest>', "the guest's name once more")
    .option('--json', 'as JSON, one line for each disk')
    .action(async (guest: string, name: string, { disk: only, ...options }: RollbackOptions) => {
      mustConfirm(guest, options, `what ${guest} has written since ${name} would be lost for good`);
      await using volumes = await changeVolumes(session, options, 'disk rollback');
      const { vg, storage } = volumes;
      const { chooseDisks } = await import('@kvm/lvm');
      const disks = chooseDisks(storage, vg, { guest, names: only });
      const { accessHere, assertVolumesUnused } = await import('@kvm/host/run');
      await assertVolumesUnused(
        accessHere(),
        guest,
        disks.map(({ volume }) => volume),
      );
      const wanted = disks.map(({ volume }) => ({ vg, volume: volume.name, snapshot: `${volume.name}.${name}` }));
      if (options.dryRun) {
        const { planRollbacks } = await import('@kvm/lvm');
        for (const { disk, snapshot } of planRollbacks(wanted, storage)) {
          const since = snapshot.createdAt === undefined ? '' : `, taken ${snapshot.createdAt}`;
          const event = { volume: disk.name, snapshot: name, dryRun: true };
          volumes.done(`would make ${disk.name} what it was at ${name}${since}`, event);
        }
        return;
      }
      const { rollBack } = await import('@kvm/lvm/run');
      await rollBack(wanted, volumes.options(guest), ({ volume }) =>
        volumes.done(`${volume} is what it was at ${name}`, { volume, snapshot: name }),
      );
    });
}
