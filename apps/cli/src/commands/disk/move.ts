import type { LogicalVolume } from '@kvm/lvm';
import type { Command } from 'commander';
import { CliError } from '../../output/cli-error.ts';
import type { Session } from '../../session.ts';
import { type ConfirmOptions, changeVolumes, mustConfirm, type OpenVolumes } from './open-volumes.ts';

interface MoveOptions extends ConfirmOptions {
  readonly to?: readonly string[];
  readonly from?: string;
  readonly abort?: boolean;
}

export function addDiskMove(disk: Command, session: Session): void {
  disk
    .command('move')
    .summary("move a guest's disks to other physical volumes while it runs")
    .description(
      "Moves the data of a guest's disks, one after another, to other physical volumes while the guest runs. Both sides " +
        'are watched: when one fails, the move is taken back and the data is where it was. Ctrl-C takes back, too. Broken ' +
        'off in any other way, the same command goes on. Says afterwards where LVM reports them to lie.',
    )
    .argument('<guest>', 'the guest')
    .argument('[disk]', 'one of its disks, such as root; all when absent')
    .option('--to <devices>', 'physical volumes with commas between them', (devices) => devices.split(','))
    .option('--from <device>', 'only what lies on this one, which each of the disks must')
    .option('--abort', "take back the moves of the guest's disks that are under way; those of others go on")
    .option('-n, --dry-run', 'only show what would be done')
    .option('--confirm <guest>', "for --abort, the guest's name once more")
    .option('--json', 'as JSON, a line for each step')
    .action(async (guest: string, name: string | undefined, { to, from, abort, ...options }: MoveOptions) => {
      if (abort) mustConfirm(guest, options, `what has been moved of ${guest}'s disks so far would be moved again`);
      else if (to === undefined)
        throw new CliError('usage', 'where to? Name physical volumes, as pvs shows them: --to /dev/sdb');
      await using volumes = await changeVolumes(session, options, 'disk move');
      if (abort) return await takeBack(volumes, guest, { name, dryRun: options.dryRun });
      const { chooseDisks } = await import('@kvm/lvm');
      const disks = chooseDisks(volumes.storage, volumes.vg, { guest, names: name === undefined ? undefined : [name] });
      const moving = await withoutThin(
        session,
        disks.map(({ volume }) => volume),
        name,
      );
      const { vg } = volumes;
      const { moveResolved, resolveMoves } = await import('@kvm/lvm/run');
      const wanted = moving.map((volume) => ({
        vg,
        volume: volume.name,
        to: to ?? [],
        ...(from !== undefined && { from }),
      }));
      const moves = await resolveMoves(wanted, volumes.options(guest));
      for (const move of moves) {
        const { volume, to: targets } = move;
        if (options.dryRun) volumes.done(`would move ${volume} to ${targets.join(' or ')}`, { ...move, dryRun: true });
        else {
          const on = await moveResolved(move, volumes.options(volume));
          volumes.done(`${volume} lies on ${on.join(' and ')}`, { ...move, on });
        }
      }
    });
}

/** A thin disk is moved by moving its pool; one that is named is refused later, with the reason. */
async function withoutThin(
  session: Session,
  volumes: readonly LogicalVolume[],
  name: string | undefined,
): Promise<readonly LogicalVolume[]> {
  if (name !== undefined) return volumes;
  const { isThin } = await import('@kvm/lvm');
  for (const volume of volumes.filter(isThin))
    session.say(`${volume.name} lies in the thin pool ${volume.pool}, and moves with it`);
  return volumes.filter((volume) => !isThin(volume));
}

async function takeBack(
  { vg, storage, options, done }: OpenVolumes,
  guest: string,
  { name, dryRun = false }: { name: string | undefined; dryRun?: boolean | undefined },
): Promise<void> {
  const { markOf, movesUnderWay } = await import('@kvm/lvm');
  const { abortMoves } = await import('@kvm/lvm/run');
  const isMeant = ({ tags }: LogicalVolume): boolean => {
    const owner = markOf(tags)?.owner ?? '';
    return name === undefined ? owner.startsWith(`${guest}/`) : owner === `${guest}/${name}`;
  };
  const moves = movesUnderWay(storage, vg, isMeant);
  if (moves.length === 0) return done(`no disk of ${guest} is being moved`, {});
  if (dryRun) {
    for (const { name: volume } of moves.flatMap(({ volumes }) => volumes))
      done(`would take back the move of ${volume}`, { volume, dryRun });
    return;
  }
  for (const volume of await abortMoves(vg, isMeant, options(vg))) done(`${volume} lies where it was`, { volume });
}
