import { type DomainDocument, DomainXmlError, mergeXml } from '@kvm/domain-xml';
import type { FirewallZones, Policy } from '@kvm/firewall';
import { type Guest, type Inventory, InventoryError, type ParsedInventory, type Problem } from '@kvm/inventory';
import {
  deriveRoutes,
  type Gateway,
  type GuestNet,
  guestNetDeriver,
  type RenderedText,
  type Route,
  renderGuestFiles,
  renderHostSysctls,
  renderTapScripts,
} from '@kvm/netplan';
import { guestDomain } from './domain.ts';
import { firewallPolicy, firewallZones, policyProblems } from './firewall.ts';

/** What a guest is to be. */
export interface DesiredGuest {
  readonly guest: Guest;
  readonly net: GuestNet;
  readonly domain: DomainDocument;
  /** Files inside the guest, by their paths there. */
  readonly files: readonly RenderedText[];
}

/** What a host and all that is on it is to be; plain data, made without looking at any host. */
export interface Desired {
  readonly inventory: Inventory;
  /** In the inventory's order. */
  readonly guests: readonly DesiredGuest[];
  /** Files of the host, by their paths there. */
  readonly files: readonly RenderedText[];
  /** The host as other machines see it. */
  readonly gateway: Gateway;
  /** What other machines need to reach the guests. */
  readonly routes: readonly Route[];
  /** Who there is, as rows of the policy name it. */
  readonly zones: FirewallZones;
  /** Who may talk to whom; resolves without mistakes. Absent when the host is to have no firewall of ours. */
  readonly policy?: Policy;
}

/**
 * Derives everything from an inventory.
 *
 * @throws InventoryError when a guest's raw XML cannot be merged, or the firewall cannot take a row, service or port
 * forward; with all such problems, each at its line.
 */
export function deriveDesired(parsed: ParsedInventory): Desired {
  const { inventory } = parsed;
  const { host, ranges } = inventory;
  const problems: Problem[] = [];
  const netOf = guestNetDeriver(ranges);
  const guests = inventory.guests.map((guest): DesiredGuest => {
    const net = netOf(guest.vmid);
    const template = guestDomain(host, guest, net);
    const domain = mergeGuestXml(parsed, guest, template, problems);
    return { guest, net, domain, files: renderGuestFiles({ name: guest.name, net, domain: inventory.domain }) };
  });
  const nets = guests.map(({ guest, net }) => ({ name: guest.name, net }));
  const zones = firewallZones(inventory, nets);
  const policy = firewallPolicy(inventory);
  problems.push(...policyProblems(parsed, policy, zones));
  if (problems.length > 0) throw new InventoryError(problems.sort(byPlace));
  const gateway: Gateway = {
    ipv4: host.address,
    ...(host.address6 === undefined ? {} : { ipv6: host.address6 }),
    ...(host.gateway === undefined ? {} : { lanDefault: host.gateway }),
  };
  return {
    inventory,
    guests,
    files: [...renderTapScripts(ranges), renderHostSysctls({ uplink: host.uplink, ipv6: ranges.ipv6 !== undefined })],
    gateway,
    routes: deriveRoutes(nets, gateway),
    zones,
    ...(inventory.policy && { policy }),
  };
}

const byPlace = (a: Problem, b: Problem): number => a.line - b.line || a.column - b.column;

function mergeGuestXml(
  parsed: ParsedInventory,
  guest: Guest,
  template: DomainDocument,
  problems: Problem[],
): DomainDocument {
  if (guest.xml === undefined) return template;
  try {
    return mergeXml(template, guest.xml);
  } catch (error) {
    if (!(error instanceof DomainXmlError)) throw error;
    const { line, column, message } = error;
    problems.push(
      parsed.problemAt(['guests', guest.name, 'xml'], {
        code: 'bad-xml',
        message: `guests.${guest.name}.xml: the raw XML cannot be merged: ${message}`,
        remedy: 'Write a <domain> element that holds only what is to be added or changed.',
        ...(line !== undefined && column !== undefined && { within: { line, column } }),
      }),
    );
    return template;
  }
}
