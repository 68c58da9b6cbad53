import type { ServiceName, SharedServices } from '../declaration.ts';
import { ports } from '../logs/ports.ts';
import { serverPrograms } from '../logs/server-programs.ts';

/** What DNS is to answer; names are whole, without a trailing dot. */
export type DnsRecord =
  | { readonly type: 'A' | 'AAAA'; readonly name: string; readonly address: string }
  | { readonly type: 'CNAME'; readonly name: string; readonly target: string }
  | {
      readonly type: 'SRV';
      readonly name: string;
      readonly target: string;
      readonly port: number;
      /** Whoever has the lower number is asked first. */
      readonly priority: number;
    };

/** The names by which services are known beside their servers' own; a machine of that name keeps it. */
const aliases: Record<ServiceName, string> = {
  auth: 'ldap',
  logs: 'syslog',
  files: 'nfs',
  mail: 'mail',
  dns: 'ns',
  time: 'ntp',
};

/** SRV records by service (RFC 2782): where software looks by itself. */
function locations(services: SharedServices): [ServiceName, string, number][] {
  const syslog = services.logs ? serverPrograms(services.logs).includes('syslog-ng') : false;
  return [
    ['auth', '_ldap._tcp', 389],
    ...(syslog ? ([['logs', '_syslog-tls._tcp', ports.syslog]] as [ServiceName, string, number][]) : []),
    ['files', '_nfs4._tcp', 2049],
    ['time', '_ntp._udp', 123],
  ];
}

/** Records of every machine and service. The ways back, PTR, follow from A and AAAA. */
export function dnsRecords(services: SharedServices): DnsRecord[] {
  const { domain, machines } = services;
  const taken = new Set(machines.map(({ name }) => name));
  const fqdn = (name: string): string => `${name}.${domain}`;
  const addresses = machines.flatMap(({ name, addresses }) =>
    addresses.map((address): DnsRecord => ({ type: address.includes(':') ? 'AAAA' : 'A', name: fqdn(name), address })),
  );
  const names = (Object.entries(aliases) as [ServiceName, string][]).flatMap(([service, alias]): DnsRecord[] => {
    const server = services[service]?.server;
    return server === undefined || taken.has(alias) ? [] : [{ type: 'CNAME', name: fqdn(alias), target: fqdn(server) }];
  });
  const places = locations(services).flatMap(([service, name, port]): DnsRecord[] => {
    const servers = [services[service]?.server, service === 'auth' ? services.auth?.replica : undefined];
    // A copy is for when the server is away; nobody can write there.
    return servers.flatMap((server, index) =>
      server === undefined
        ? []
        : [{ type: 'SRV', name: `${name}.${domain}`, target: fqdn(server), port, priority: 10 * index }],
    );
  });
  return [...addresses, ...names, ...places];
}
