import type { Command } from 'commander';
import type { Session } from '../session.ts';
import { addDiskBackup } from './disk/backup.ts';
import { addDiskClone } from './disk/clone.ts';
import { addDiskCreate } from './disk/create.ts';
import { addDiskEvacuate } from './disk/evacuate.ts';
import { addDiskGrow } from './disk/grow.ts';
import { addDiskList } from './disk/list.ts';
import { addDiskMove } from './disk/move.ts';
import { addDiskRemove } from './disk/remove.ts';
import { addDiskRestore } from './disk/restore.ts';
import { addDiskRollback } from './disk/rollback.ts';
import { addDiskSnapshot } from './disk/snapshot.ts';

export function addDisk(program: Command, session: Session): void {
  const disk = program
    .command('disk')
    .summary("the guests' disks, which are logical volumes of this machine")
    .description(
      "The guests' disks: logical volumes <guest>.<disk> of the inventory's volume group, on this machine. Sizes are " +
        'typed as 8GiB or 500M. Needs root. What would destroy data wants the guest named once more, with --confirm. ' +
        'Proven on linear volumes only: elsewhere have a backup first.',
    );
  for (const add of [
    addDiskList,
    addDiskCreate,
    addDiskGrow,
    addDiskMove,
    addDiskEvacuate,
    addDiskSnapshot,
    addDiskRollback,
    addDiskClone,
    addDiskBackup,
    addDiskRestore,
    addDiskRemove,
  ])
    add(disk, session);
}
