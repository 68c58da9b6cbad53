import type { PolicyRow } from '@kvm/firewall';
import type { Inventory, ParsedInventory, Problem } from '@kvm/inventory';
import type { GuestNet } from '@kvm/netplan';
import {
  checkDeclaration,
  firewallRows,
  type Machine,
  nameServers,
  type ServiceName,
  type SharedServices,
} from '@kvm/shared-services';

interface NamedNet {
  readonly name: string;
  readonly net: GuestNet;
}

const present = (...addresses: (string | undefined)[]): string[] =>
  addresses.filter((address) => address !== undefined);

/**
 * The shared services of an inventory that has some, with every machine that has a name.
 *
 * @param dhcpRoutes gives lines for dnsmasq that tell the LAN's machines the routes to the guests
 */
export function sharedServices(
  inventory: Inventory,
  nets: readonly NamedNet[],
  dhcpRoutes: () => string,
): SharedServices | undefined {
  const { shared, domain } = inventory;
  if (shared === undefined) return undefined;
  const machines = namedMachines(inventory, nets);
  const dhcp = shared.dns?.dhcp && { dhcp: { ...shared.dns.dhcp, routes: dhcpRoutes() } };
  return { domain, machines, ...shared, ...(shared.dns && { dns: { ...shared.dns, ...dhcp } }) };
}

/** Every machine that the inventory names: the host, others, and the guests. */
export function namedMachines({ host, machines, guests }: Inventory, nets: readonly NamedNet[]): Machine[] {
  const systems = new Map(guests.map(({ name, system }) => [name, system && { system }]));
  return [
    { name: host.name, addresses: present(host.address, host.address6) },
    ...machines.map(({ name, address, address6 }) => ({ name, addresses: present(address, address6) })),
    ...nets.map(({ name, net }) => ({
      name,
      addresses: present(net.ipv4.guest, net.ipv6?.guest),
      ...systems.get(name),
    })),
  ];
}

/** What is wrong with the services, each at its place in the inventory. */
export const sharedProblems = (parsed: ParsedInventory, services: SharedServices): Problem[] =>
  checkDeclaration(services).map(({ path, ...finding }) =>
    parsed.problemAt(path[0] === 'machines' || path[0] === 'domain' ? ['shared'] : ['shared', ...path], finding),
  );

/** The rows of the policy table that the services need, after those that the inventory has itself. */
export function sharedRows(parsed: ParsedInventory, services: SharedServices): PolicyRow[] {
  const guests = parsed.inventory.guests.map(({ name }) => name);
  return firewallRows(services).flatMap(({ from, to, services: ways, service, comment }) => {
    const clients = new Set(from);
    const everyGuest = guests.every((guest) => clients.has(guest) || guest === to);
    const zones = everyGuest ? ['guests'] : from;
    const line = parsed.line(['shared', service satisfies ServiceName]);
    return zones.map((zone): PolicyRow => ({ from: zone, to, services: ways, action: 'accept', comment, line }));
  });
}

/** Whom a guest asks for names: the DNS server, which asks itself; nobody that is known here without one. */
export function nameservers(services: SharedServices): (guest: string) => readonly string[] {
  const { dns } = services;
  const clients = new Set(dns?.clients.map(({ machine }) => machine));
  const addresses = nameServers(services);
  return (guest) => (dns?.server === guest ? ['127.0.0.1'] : clients.has(guest) ? addresses : []);
}
