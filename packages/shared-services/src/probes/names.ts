import type { DnsService, SharedServices } from '../declaration.ts';
import { knownServers } from '../dns/hosts.ts';
import { type ClientView, openRoom, type Party } from '../room.ts';
import type { ServiceProbe } from './probe.ts';

/** As a pattern takes it: addresses and names have no other sign that means something there. */
const exactly = (text: string): string => text.replaceAll('.', '\\.');

/** A machine that /etc/hosts does not name, which systemd-resolved looks into, too. */
function foundByDnsAlone(client: string, services: SharedServices): Party | undefined {
  const room = openRoom(services);
  const known = new Set([client, ...knownServers(room)(client).map(({ name }) => name)]);
  const other = services.machines.find(({ name }) => !known.has(name));
  return other && room.party(other.name);
}

/** By the C library, as every program of the guest asks. */
export function nameProbes({ client, server, services }: ClientView<DnsService>): ServiceProbe[] {
  const asked = foundByDnsAlone(client.name, services) ?? server;
  const [own = ''] = server.addresses;
  const [address = ''] = asked.addresses;
  const remedy = `On ${client.name}: is ${own} in /etc/resolv.conf (or in \`resolvectl status\`)? On ${server.name}: does dnsmasq run?`;
  return [
    {
      claim: `${client.name} finds ${asked.fqdn} by its name`,
      command: ['getent', '-s', 'dns', 'ahosts', asked.fqdn],
      expects: 'success',
      prints: new RegExp(`^${exactly(address)}\\s`, 'm'),
      remedy,
    },
    {
      claim: `${client.name} finds the name of ${address}`,
      command: ['getent', '-s', 'dns', 'hosts', address],
      expects: 'success',
      prints: new RegExp(`\\b${exactly(asked.fqdn)}\\b`),
      remedy,
    },
    {
      claim: 'nobody answers for a name that is not there',
      command: ['getent', 'ahosts', `kvm-doctor-nobody.${services.domain}`],
      expects: 'refusal',
      remedy: `Something answers for every name of ${services.domain}: look for a wildcard in dnsmasq's files on ${server.name}.`,
    },
  ];
}
