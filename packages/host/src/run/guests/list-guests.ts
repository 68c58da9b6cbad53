import { parseXml } from '@kvm/domain-xml';
import {
  type Connection,
  type Domain,
  type DomainState,
  type DomainStats,
  type InterfaceAddresses,
  LibvirtError,
  statsOfAll,
  unlessGone,
} from '@kvm/libvirt';
import { domainVmid } from '../../index.ts';

/** A domain of a libvirtd, at a glance. */
export interface ListedGuest {
  readonly name: string;
  readonly uuid: string;
  /** Null for a domain that is none of ours. */
  readonly vmid: number | null;
  readonly state: DomainState;
  /** What it has now; of one that does not run, what it will have at most. */
  readonly memoryKiB: number;
  readonly vcpus: number;
  readonly autostart: boolean;
  /** Those that the host's kernel knows; else those of libvirt's DHCP servers, else what the guest's agent says. */
  readonly addresses: readonly string[];
}

/** All domains by name: two calls for what they use and which start with the host, and a few more each, sent at once. */
export async function listGuests(connection: Connection): Promise<readonly ListedGuest[]> {
  const [stats, starting] = await Promise.all([statsOfAll(connection), connection.listDomains({ autostart: true })]);
  const autostart = new Set(starting.map(({ uuid }) => uuid));
  const domains = await Promise.all(stats.map((each) => readDomain(each, autostart.has(each.domain.uuid))));
  return domains.filter((each) => each !== undefined).sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function readDomain(
  { domain, state, vcpus, ...memory }: DomainStats,
  autostart: boolean,
): Promise<ListedGuest | undefined> {
  const [xml, addresses] = await Promise.all([
    unlessGone(domain.xml()),
    domain.id === undefined ? [] : readAddresses(domain),
  ]);
  if (xml === undefined) return undefined;
  return {
    name: domain.name,
    uuid: domain.uuid,
    vmid: domainVmid(parseXml(xml)) ?? null,
    state,
    memoryKiB: memory.memoryKiB || memory.maximumMemoryKiB,
    vcpus,
    autostart,
    addresses,
  };
}

/** Milliseconds for an agent that may be dead. */
const agentLimit = 3000;

async function readAddresses(domain: Domain): Promise<readonly string[]> {
  for (const source of ['arp', 'lease', 'agent'] as const) {
    const interfaces = await domain.addresses(source, { timeoutMs: agentLimit }).catch(noneKnown);
    const addresses = interfaces.flatMap((each) => each.addresses.map(({ address }) => address)).filter(isOfInterest);
    if (addresses.length > 0) return addresses;
  }
  return [];
}

/** A guest without an agent, or one that went. */
function noneKnown(error: unknown): readonly InterfaceAddresses[] {
  if (error instanceof LibvirtError) return [];
  throw error;
}

/** Not the loopback's, and none that means a guest on one link only. */
const isOfInterest = (address: string): boolean => !/^(127\.|::1$|fe80:|169\.254\.)/i.test(address);
