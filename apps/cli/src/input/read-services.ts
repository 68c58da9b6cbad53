import { type Desired, type DesiredServices, namedMachines } from '@kvm/host';
import { CliError } from '../output/cli-error.ts';
import type { Session } from '../session.ts';
import { readDesired } from './read-inventory.ts';

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
  if (desired.shared === undefined) throw noServices(file);
  return { file, desired, ...desired.shared };
}

/** As {@link readServices}, but an inventory without shared services is one whose machines are to have none any more. */
export async function readServicesIfAny(session: Session): Promise<ReadServices> {
  const { file, desired } = await readDesired(session);
  const nets = desired.guests.map(({ guest, net }) => ({ name: guest.name, net }));
  const machines = namedMachines(desired.inventory, nets);
  const none = { declaration: { domain: desired.inventory.domain, machines }, machines: [] };
  return { file, desired, ...(desired.shared ?? none) };
}

export const noServices = (file: string): CliError =>
  new CliError(
    'no-services',
    `${file} has no shared services. \`shared: { server: common }\` lets the guest common serve all of them.`,
  );
