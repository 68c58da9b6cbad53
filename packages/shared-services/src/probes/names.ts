import type { DnsService } from '../declaration.ts';
import type { ClientView } from '../room.ts';
import type { ServiceProbe } from './probe.ts';

/** As a pattern takes it: addresses and names have no other sign that means something there. */
const exactly = (text: string): string => text.replaceAll('.', '\\.');

/** By the C library, as every program of the guest asks. */
export function nameProbes({ client, server, services }: ClientView<DnsService>): ServiceProbe[] {
  const [address = ''] = server.addresses;
  const remedy = `On ${client.name}: is ${address} in /etc/resolv.conf (or in \`resolvectl status\`)? On ${server.name}: does dnsmasq run?`;
  return [
    {
      claim: `${client.name} finds ${server.fqdn} by its name`,
      command: ['getent', 'ahosts', server.fqdn],
      expects: 'success',
      prints: new RegExp(`^${exactly(address)}\\s`, 'm'),
      remedy,
    },
    {
      claim: `${client.name} finds the name of ${address}`,
      command: ['getent', 'hosts', address],
      expects: 'success',
      prints: new RegExp(`\\b${exactly(server.fqdn)}\\b`),
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
