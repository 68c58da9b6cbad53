import { keyHolder } from '../certificates.ts';
import { dnsRecords, renderServices, type SharedServices } from '../index.ts';
import type { Subject } from './authority.ts';

/** The daemons that need a certificate, with every name and address by which others call their machine. */
export function subjects(services: SharedServices): Subject[] {
  const aliases = dnsRecords(services).flatMap((record) => (record.type === 'CNAME' ? [record] : []));
  const addressesOf = new Map(services.machines.map(({ name, addresses }) => [name, addresses]));
  return renderServices(services).flatMap(({ machine, files }) => {
    const addresses = addressesOf.get(machine);
    if (addresses === undefined) return [];
    const fqdn = `${machine}.${services.domain}`;
    const names = [fqdn, ...aliases.flatMap(({ name, target }) => (target === fqdn ? [name] : []))];
    const programs = new Set(files.flatMap(({ secrets = [] }) => secrets.map((secret) => keyHolder(secret)?.program)));
    return [...programs].flatMap((program) => (program === undefined ? [] : [{ machine, program, names, addresses }]));
  });
}
