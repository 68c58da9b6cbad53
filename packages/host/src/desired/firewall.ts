import {
  FirewallError,
  type FirewallZones,
  type Policy,
  type PolicyProblem,
  type PolicyRow,
  type ResolvedPolicy,
  resolvePolicy,
} from '@kvm/firewall';
import type { Inventory, InventoryPath, ParsedInventory, Problem } from '@kvm/inventory';
import { type GuestNet, tapPrefix } from '@kvm/netplan';

/** Who there is, as the firewall's rows name it. */
export function firewallZones(
  { host, groups, machines, networks, ranges }: Inventory,
  nets: readonly { readonly name: string; readonly net: GuestNet }[],
): FirewallZones {
  const groupsOf = new Map(nets.map(({ name }): [string, string[]] => [name, []]));
  for (const group of groups) for (const guest of group.guests) groupsOf.get(guest)?.push(group.name);
  const present = (...addresses: (string | undefined)[]) => addresses.filter((address) => address !== undefined);
  return {
    guests: nets.map(({ name, net }) => ({
      name,
      tap: net.tap,
      mac: net.mac,
      addresses: present(net.ipv4.guest, net.ipv6?.guest),
      groups: groupsOf.get(name) ?? [],
    })),
    host: {
      addresses: [
        ...present(host.address, host.address6),
        ...nets.flatMap(({ net }) => present(net.ipv4.host, net.ipv6?.host)),
      ],
      uplink: host.uplink,
    },
    lan: present(host.network, host.network6),
    guestNetworks: { taps: tapPrefix, ranges: present(ranges.ipv4, ranges.ipv6) },
    named: [
      ...machines.map(({ name, address, address6 }) => ({ name, addresses: present(address, address6) })),
      ...networks.map(({ name, cidrs }) => ({ name, addresses: cidrs })),
    ],
  };
}

/**
 * The policy table of an inventory that has one, with the rows that follow from the rest of it. The services of one that has
 * none are judged all the same.
 *
 * @param problems gets what the firewall finds wrong, each at its place in the inventory
 */
export function firewallPolicy(
  parsed: ParsedInventory,
  { zones, needed }: { readonly zones: FirewallZones; readonly needed: readonly PolicyRow[] },
  problems: Problem[],
): ResolvedPolicy | undefined {
  const { policy: rows, services, nat } = parsed.inventory;
  if (rows === undefined && services.length === 0) return undefined;
  const policy: Policy = { rows: rows === undefined ? [] : [...rows, ...needed], services, ...nat };
  try {
    const resolved = resolvePolicy(policy, zones);
    return rows && resolved;
  } catch (error) {
    if (!(error instanceof FirewallError)) throw error;
    problems.push(
      ...error.problems.map(({ path, code, message, remedy }) =>
        parsed.problemAt(inventoryPath(path), { code, message, remedy }),
      ),
    );
    return undefined;
  }
}

/** Where in the inventory that is. */
function inventoryPath([kind, which = 0, key = 'from']: PolicyProblem['path']): InventoryPath {
  if (kind === 'rows') return ['policy', which, key === 'services' ? 'service' : key];
  if (kind === 'forwards') return ['nat', 'forwards', which, key];
  if (kind === 'services') return ['services', which];
  return kind === 'host' ? ['host', 'uplink'] : ['guests'];
}
