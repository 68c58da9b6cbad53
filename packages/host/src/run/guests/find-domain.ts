import { parseXml } from '@kvm/domain-xml';
import { type Connection, type Domain, unlessGone } from '@kvm/libvirt';
import { domainVmid, HostError } from '../../index.ts';

/**
 * The domain that a person means by its name or its VMID; a name goes before a VMID.
 *
 * @throws HostError `no-such-guest`, `ambiguous-guest`; LibvirtError
 */
export async function findDomain(connection: Connection, nameOrVmid: string): Promise<Domain> {
  const named = await unlessGone(connection.domain(nameOrVmid));
  if (named) return named;
  const [found, ...others] = /^\d{1,4}$/.test(nameOrVmid) ? await domainsWithVmid(connection, Number(nameOrVmid)) : [];
  if (!found) {
    const message = `there is no domain ${nameOrVmid}, by name or VMID. \`kvmctl list\` shows those there are.`;
    throw new HostError('no-such-guest', message);
  }
  if (others.length > 0) {
    const names = [found, ...others].map(({ name }) => name).join(', ');
    throw new HostError(
      'ambiguous-guest',
      `VMID ${nameOrVmid} is that of several domains: ${names}. Name one of them.`,
    );
  }
  return found;
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
