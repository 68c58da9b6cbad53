import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { type OpenVolumes, openVolumes, type VolumesOptions, volumeOf, volumesOf } from '../open-volumes.ts';
import type { Session } from '../session.ts';

interface MoveOptions extends VolumesOptions {
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
        'off in any other way, the same command goes on.',
    )
    .argument('<guest>', 'the guest')
    .argument('[disk]', 'one of its disks, such as root; all when absent')
    .option('--to <devices>', 'physical volumes with commas between them', (devices) => devices.split(','))
    .option('--from <device>', 'only what lies on this one')
    .option('--abort', 'take back every move that is under way')
    .option('--json', 'as JSON, a line for each step')
    .action(async (guest: string, name: string | undefined, { to, from, abort, ...options }: MoveOptions) => {
      using volumes = await openVolumes(session, options);
      if (abort) return await takeBack(volumes);
      if (to === undefined)
        throw new CliError('usage', 'where to? Name physical volumes, as pvs shows them: --to /dev/sdb');
      const chosen = name === undefined ? volumesOf(volumes, guest) : [volumeOf(volumes, guest, name)];
      if (chosen.length === 0) throw new CliError('no-such-disk', `${guest} has no disks in ${volumes.vg}.`);
      const { moveVolume } = await import('@kvm/lvm/run');
      for (const { name: volume, pool } of chosen) {
        if (pool !== undefined && name === undefined) {
          session.say(`${volume} lies in the thin pool ${pool}, and moves with it`);
          continue;
        }
        const move = { vg: volumes.vg, volume, to, ...(from !== undefined && { from }) };
        await moveVolume(move, volumes.options(volume));
        volumes.done(`${volume} lies on ${to.join(' and ')}`, move);
      }
    });
}

async function takeBack({ vg, options, done }: OpenVolumes): Promise<void> {
  const { abortMoves } = await import('@kvm/lvm/run');
  const aborted = await abortMoves(vg, options(vg));
  for (const volume of aborted) done(`${volume} lies where it was`, { volume });
  if (aborted.length === 0) done('nothing is being moved', {});
}
