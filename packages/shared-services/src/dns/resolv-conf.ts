import type { DnsService } from '../declaration.ts';
import { type SetupPart, textFile } from '../machine-setup.ts';
import type { ClientView } from '../room.ts';
import { nameServers } from './name-servers.ts';

/** resolv.conf(5). */
export const renderResolvConf = ({ services }: ClientView<DnsService>): SetupPart => ({
  files: [textFile('/etc/resolv.conf', resolvConf(nameServers(services), services.domain))],
});

export const resolvConf = (addresses: readonly string[], domain: string): string =>
  `search ${domain}
${addresses.map((address) => `nameserver ${address}\n`).join('')}options timeout:2 attempts:3 edns0
`;
