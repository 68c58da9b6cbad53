import { parseXml } from '@kvm/domain-xml';
import { type Connection, type DomainState, type DomainStats, LibvirtError } from '@kvm/libvirt';
import { domainVmid } from './domain-vmid.ts';

/** A domain of a libvirtd, as the list shows it. */
export interface ListedDomain {
  readonly name: string;
  readonly uuid: string;
  /** Null for a domain that is none of ours. */
  readonly vmid: number | null;
  readonly state: DomainState;
  /** What it has now; of one that does not run, what it will have at most. */
  readonly memoryKiB: number;
  readonly vcpus: number;
  readonly autostart: boolean;
}

/** All domains by name: one call for what they use, and two more each, sent at once. */
export async function readDomains(connection: Connection): Promise<readonly ListedDomain[]> {
  const domains = await Promise.all((await connection.stats()).map(readDomain));
  return domains.filter((each) => each !== undefined).sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function readDomain({ domain, state, vcpus, ...memory }: DomainStats): Promise<ListedDomain | undefined> {
  try {
    const [autostart, xml] = await Promise.all([domain.autostart(), domain.xml()]);
    return {
      name: domain.name,
      uuid: domain.uuid,
      vmid: domainVmid(parseXml(xml)) ?? null,
      state,
      memoryKiB: memory.memoryKiB || memory.maximumMemoryKiB,
      vcpus,
      autostart,
    };
  } catch (error) {
    // It went between the calls.
    if (error instanceof LibvirtError && error.code === 'VIR_ERR_NO_DOMAIN') return undefined;
    throw error;
  }
}
