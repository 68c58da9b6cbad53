import type { Desired, DesiredServices } from '@kvm/host';
import { CliError } from './cli-error.ts';
import { readDesired } from './read-inventory.ts';
import type { Session } from './session.ts';

export interface ReadServices extends DesiredServices {
  /** The inventory's. */
  readonly file: string;
  /** All that the inventory says, which is read only once: standard input has no second time. */
  readonly desired: Desired;
}

/**
 * Reads the shared services of the inventory, and all that follows from them.
 *
 * @throws CliError when there are none, InventoryError when the inventory has problems
 */
export async function readServices(session: Session): Promise<ReadServices> {
  const { file, desired } = await readDesired(session);
  if (desired.shared === undefined) {
    const message = `${file} has no shared services. \`shared: { server: common }\` lets the guest common serve all of them.`;
    throw new CliError('no-services', message);
  }
  return { file, desired, ...desired.shared };
}
