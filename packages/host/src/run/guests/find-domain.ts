import { parseXml } from '@kvm/domain-xml';
import { type Connection, type Domain, unlessGone } from '@kvm/libvirt';
import { domainVmid } from '../../index.ts';
import { oneDomain } from './one-domain.ts';

/**
 * The domain that a person means by its name or its VMID; a number that is the name of one and the VMID of another means neither.
 *
 * @throws HostError `no-such-guest`, `ambiguous-guest`; LibvirtError
 */
export async function findDomain(connection: Connection, nameOrVmid: string): Promise<Domain> {
  const named = await unlessGone(connection.domain(nameOrVmid));
  const numbered = /^\d{1,4}$/.test(nameOrVmid) ? await domainsWithVmid(connection, Number(nameOrVmid)) : [];
  return oneDomain(nameOrVmid, named, numbered);
}

/** Only the domains' XML tells their VMIDs, so all is read. */
async function domainsWithVmid(connection: Connection, vmid: number): Promise<Domain[]> {
  const domains = await connection.listDomains();
  const vmids = await Promise.all(domains.map(vmidOf));
  return domains.filter((_, index) => vmids[index] === vmid);
}

async function vmidOf(domain: Domain): Promise<number | undefined> {
  const xml = await unlessGone(domain.xml());
  return xml === undefined ? undefined : domainVmid(parseXml(xml));
}
