import type { Roster } from '@kvm/monitor';
import { readInventory } from '../input/read-inventory.ts';
import { CliError } from '../output/cli-error.ts';
import type { Session } from '../session.ts';

/**
 * The guests of the inventory. One that nobody named may be missing.
 *
 * @param named whether `--inventory` was given
 * @throws CliError, InventoryError
 */
export async function readRoster(session: Session, named: boolean): Promise<Roster | undefined> {
  try {
    const { inventory } = (await readInventory(session)).parsed;
    return {
      guests: inventory.guests.map(({ name, vmid, disks }) => ({
        name,
        vmid,
        volumes: disks.map((disk) => `${inventory.host.vg}/${name}.${disk.name}`),
      })),
    };
  } catch (error) {
    if (!named && error instanceof CliError && error.code === 'no-inventory') return undefined;
    throw error;
  }
}
