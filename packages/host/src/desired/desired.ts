import { type DomainDocument, DomainXmlError, mergeXml } from '@kvm/domain-xml';
import type { FirewallZones, ResolvedPolicy } from '@kvm/firewall';
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
  renderRoutes,
  renderTapScripts,
} from '@kvm/netplan';
import { type MachineSetup, renderServices, type SharedServices } from '@kvm/shared-services';
import { bareDomain, guestDomain } from './domain.ts';
import { type Exposure, findInventoryExposures } from './exposures.ts';
import { firewallPolicy, firewallZones } from './firewall.ts';
import { guestUuid } from './identity.ts';
import { nameservers, sharedProblems, sharedRows, sharedServices } from './shared.ts';

/** What a guest is to be. */
export interface DesiredGuest {
  readonly guest: Guest;
  /** Of its domain, which no raw XML may change. */
  readonly uuid: string;
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
  /** Who may talk to whom. Absent when the host is to have no firewall of ours. */
  readonly policy?: ResolvedPolicy;
  /** What runs once and every guest uses; absent when there is nothing of the kind. */
  readonly shared?: DesiredServices;
  /** What of it reaches the host beyond the guests, as far as an inventory of somebody else's should not. */
  readonly exposures: readonly Exposure[];
}

export interface DesiredServices {
  readonly declaration: SharedServices;
  /** What makes machines servers and clients, guests or not. */
  readonly machines: readonly MachineSetup[];
}

/**
 * Derives everything from an inventory.
 *
 * @throws InventoryError when a guest's raw XML cannot be merged, or the firewall or the shared services cannot take
 * something; with all such problems, each at its line.
 */
export function deriveDesired(parsed: ParsedInventory): Desired {
  const { inventory } = parsed;
  const { host, ranges } = inventory;
  const problems: Problem[] = [];
  const netOf = guestNetDeriver(ranges);
  const nets = inventory.guests.map(({ name, vmid }) => ({ name, net: netOf(vmid) }));
  const gateway: Gateway = {
    ipv4: host.address,
    ...(host.address6 === undefined ? {} : { ipv6: host.address6 }),
    ...(host.gateway === undefined ? {} : { lanDefault: host.gateway }),
  };
  const routes = deriveRoutes(nets, gateway);
  const services = sharedServices(inventory, nets, () => renderRoutes(routes, 'dnsmasq', gateway));
  if (services) problems.push(...sharedProblems(parsed, services));
  const dnsOf = services ? nameservers(services) : () => [];
  const guests = inventory.guests.map((guest): DesiredGuest => {
    const net = netOf(guest.vmid);
    const template = guest.template === 'none' ? bareDomain(host, guest) : guestDomain(host, guest, net);
    return {
      guest,
      uuid: guestUuid(host, guest),
      net,
      domain: mergeGuestXml(parsed, guest, template, problems),
      files: renderGuestFiles({ name: guest.name, net, domain: inventory.domain, nameservers: dnsOf(guest.name) }),
    };
  });
  const zones = firewallZones(inventory, nets);
  // Rows follow from services that are right.
  const needed = services && problems.length === 0 ? sharedRows(parsed, services) : [];
  const policy = firewallPolicy(parsed, { zones, needed }, problems);
  if (problems.length > 0) throw new InventoryError(problems.sort(byPlace));
  return {
    inventory,
    guests,
    files: [...renderTapScripts(ranges), renderHostSysctls({ uplink: host.uplink, ipv6: ranges.ipv6 !== undefined })],
    gateway,
    routes,
    zones,
    ...(policy && { policy }),
    ...(services && { shared: { declaration: services, machines: renderServices(services) } }),
    exposures: findInventoryExposures(parsed),
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
        message: `The raw XML cannot be merged: ${message}.`,
        remedy: 'Write a <domain> element that holds only what is to be added or changed.',
        ...(line !== undefined && column !== undefined && { within: { line, column } }),
      }),
    );
    return template;
  }
}
