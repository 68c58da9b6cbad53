import { parseInventory } from '@kvm/inventory';
import { guestUuid } from '../desired/identity.ts';
import { HostError } from '../errors.ts';
import { isOurs } from '../marker.ts';
import type { ObservedDomain } from '../observed.ts';

/**
 * The domains that an import is about.
 *
 * @param names empty for all that are neither ours nor in the inventory
 * @param text the inventory's
 * @throws HostError `no-such-guest`; InventoryError for an inventory with problems
 */
export function chooseDomains(
  domains: readonly ObservedDomain[],
  names: readonly string[],
  text: string,
): readonly ObservedDomain[] {
  const known = new Map(domains.map((domain) => [domain.name, domain]));
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    const there = [...known.keys()].join(', ') || 'none';
    throw new HostError('no-such-guest', `no domain is called ${unknown.join(', ')}. There are: ${there}.`);
  }
  const { guests, host } = parseInventory(text).inventory;
  if (names.length > 0) {
    const wanted = new Set(names);
    return domains.filter(({ name }) => wanted.has(name));
  }
  const written = new Set(guests.map((guest) => guestUuid(host, guest)));
  return domains.filter(({ uuid, definition }) => !written.has(uuid) && !isOurs(definition));
}
