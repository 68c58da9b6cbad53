import { dnsRecords, renderServices, type SharedServices } from '../index.ts';
import type { Subject } from './authority.ts';

/** The machines that need a certificate, with every name and address by which others call them. */
export function subjects(services: SharedServices): Subject[] {
  const aliases = dnsRecords(services).flatMap((record) => (record.type === 'CNAME' ? [record] : []));
  return renderServices(services).flatMap(({ machine, files }) => {
    const named = files.some(({ secrets = [] }) => secrets.includes(`machines/${machine}.key`));
    const found = services.machines.find(({ name }) => name === machine);
    if (!named || found === undefined) return [];
    const fqdn = `${machine}.${services.domain}`;
    const names = [fqdn, ...aliases.flatMap(({ name, target }) => (target === fqdn ? [name] : []))];
    return [{ machine, names, addresses: found.addresses }];
  });
}
