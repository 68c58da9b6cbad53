import { parseXml } from '@kvm/domain-xml';
import type { Connection, DomainState, DomainStats } from '@kvm/libvirt';
import { domainVmid } from './domain-vmid.ts';
import { unlessGone } from './unless-gone.ts';

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
  const [autostart, xml] = await Promise.all([unlessGone(domain.autostart()), unlessGone(domain.xml())]);
  if (autostart === undefined || xml === undefined) return undefined;
  return {
    name: domain.name,
    uuid: domain.uuid,
    vmid: domainVmid(parseXml(xml)) ?? null,
    state,
    memoryKiB: memory.memoryKiB || memory.maximumMemoryKiB,
    vcpus,
    autostart,
  };
}
