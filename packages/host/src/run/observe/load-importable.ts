import type { Connection } from '@kvm/libvirt';
import type { ImportableDomain, ObservedDomain } from '../../index.ts';

/** What `importDomains` takes of domains: their definitions as libvirt writes them. @throws LibvirtError */
export function loadImportable(
  connection: Connection,
  domains: readonly ObservedDomain[],
): Promise<ImportableDomain[]> {
  return Promise.all(
    domains.map(async ({ name, uuid, active, autostart }) => {
      const domain = await connection.domainByUuid(uuid);
      return { name, uuid, active, autostart, xml: await domain.xml({ inactive: true }) };
    }),
  );
}
