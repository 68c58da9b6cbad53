import {
  FirewallError,
  type FirewallZones,
  type Policy,
  type PolicyProblem,
  type PolicyProblemCode,
  type PolicyRow,
  type ResolvedPolicy,
  resolvePolicy,
} from '@kvm/firewall';
import type { Finding, Inventory, InventoryPath, ParsedInventory, Problem } from '@kvm/inventory';
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
    problems.push(...error.problems.map((problem) => parsed.problemAt(pathOf(problem, policy), findingOf(problem))));
    return undefined;
  }
}

function findingOf({ code, message }: PolicyProblem): Finding {
  const known = remedies[code];
  // The rest end with what to do.
  const end = known === undefined ? message.lastIndexOf('; ') : -1;
  const [what, then] = end === -1 ? [message, 'correct it here'] : [message.slice(0, end), message.slice(end + 2)];
  return { code, message: sentence(what), remedy: known ?? sentence(then) };
}

const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('?') ? '' : '.'}`;

const remedies: Partial<Record<PolicyProblemCode, string>> = {
  'bad-service': 'Write tcp/22, tcp/80,443, udp/1000-2000, icmp/echo-request, gre or proto/200.',
  'bad-limit': 'Write a rate such as 10/minute.',
  'bad-expiry': 'Write a day such as 2027-01-31, or a moment such as 2027-01-31T12:00:00Z.',
  'bad-interface': "Write the interface that is on the LAN; `ip route` shows it after 'dev'.",
};

/** The key of a row that a problem is about. */
const rowKeys: Partial<Record<PolicyProblemCode, string>> = {
  'bad-service': 'service',
  'unknown-service': 'service',
  'bad-limit': 'limit',
  'bad-expiry': 'expires',
};

function pathOf({ code, where }: PolicyProblem, { forwards = [] }: Policy): InventoryPath {
  const [, kind = '', which = ''] = /^(\w+) ?(.*)$/s.exec(where) ?? [];
  if (kind === 'row') return ['policy', Number(which) - 1, rowKeys[code] ?? 'from'];
  if (kind === 'service') return ['services', JSON.parse(which)];
  if (kind === 'host') return ['host', 'uplink'];
  const forward = forwards.findIndex(({ service }) => JSON.stringify(service) === which);
  return forward === -1 ? ['guests'] : ['nat', 'forwards', forward, 'service'];
}
