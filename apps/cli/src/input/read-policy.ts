import type { BackEnd, FirewallZones, Policy, ResolvedPolicy } from '@kvm/firewall';
import { CliError } from '../output/cli-error.ts';
import type { Session } from '../session.ts';
import { readInventory } from './read-inventory.ts';

export interface ReadPolicy {
  /** The inventory's name as the user gave it. */
  readonly file: string;
  /** The inventory's own. */
  readonly services: NonNullable<Policy['services']>;
  /** Who there is, as rows name it. */
  readonly zones: FirewallZones;
  /** What carries it out on the host. */
  readonly backEnd: BackEnd;
  readonly resolved: ResolvedPolicy;
}

/**
 * Reads the policy table of the inventory.
 *
 * @throws CliError when there is none, InventoryError when the inventory has problems
 */
export async function readPolicy(session: Session, inventory?: string): Promise<ReadPolicy> {
  const { file, parsed } = await readInventory(session, inventory);
  const { deriveDesired } = await import('@kvm/host');
  const { policy, zones } = deriveDesired(parsed);
  if (policy === undefined) {
    const message = `${file} has no policy, and so no firewall. Rows under \`policy:\` say who may talk to whom.`;
    throw new CliError('no-policy', message);
  }
  const { services, host } = parsed.inventory;
  return { file, services, zones, backEnd: host.firewall, resolved: policy };
}

/** Seconds since 1970, from which on rows may have expired. */
export const secondsNow = (): number => Math.floor(Date.now() / 1000);
