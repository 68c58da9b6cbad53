import type { DnsService, SharedServices } from '../declaration.ts';
import { type SetupPart, textFile } from '../machine-setup.ts';
import type { Party, ServerView } from '../room.ts';
import { type DnsRecord, dnsRecords } from './records.ts';
import { resolvConf } from './resolv-conf.ts';

const line = (record: DnsRecord): string => {
  switch (record.type) {
    case 'CNAME':
      return `cname=${record.name},${record.target}\n`;
    case 'SRV':
      return `srv-host=${record.name},${record.target},${record.port},${record.priority}\n`;
    default:
      return `host-record=${record.name},${record.name.split('.', 1)[0]},${record.address}\n`;
  }
};

function dhcp({ dhcp: range, server: own }: DnsService, server: Party): string {
  // Two servers that do not know of each other's leases would give one address twice.
  if (range === undefined || server.name !== own) return '';
  return `dhcp-range=${range.first},${range.last},12h
dhcp-option=option:dns-server,${server.addresses[0] ?? ''}
${range.routes ?? ''}`;
}

/** A private address in an answer from outside is an attack, unless it is of a zone for which that is usual. */
const privateZones = ({ upstreams, privateZones: zones = [] }: DnsService): string =>
  zones
    .flatMap((zone) => [
      `rebind-domain-ok=/${zone}/\n`,
      // Else bogus-priv answers these itself.
      ...(isReverse(zone) ? upstreams.map((upstream) => `server=/${zone}/${upstream}\n`) : []),
    ])
    .join('');

const isReverse = (zone: string): boolean => /\.(?:in-addr|ip6)\.arpa$/.test(zone);

/** dnsmasq(8): answers for the domain itself, and hands the rest on. It listens on its machine's own addresses only. */
export const renderDnsmasq = (server: Party, service: DnsService, services: SharedServices): SetupPart => ({
  packages: ['dnsmasq'],
  files: [
    textFile(
      '/etc/dnsmasq.d/kvm.conf',
      `# Names of ${services.domain}; the rest is asked elsewhere.
listen-address=${['127.0.0.1', ...server.addresses].join(',')}
bind-dynamic
no-resolv
no-hosts
domain=${services.domain}
local=/${services.domain}/
domain-needed
bogus-priv
stop-dns-rebind
rebind-domain-ok=/${services.domain}/
${privateZones(service)}cache-size=10000
${service.upstreams.map((upstream) => `server=${upstream}\n`).join('')}${dnsRecords(services).map(line).join('')}${dhcp(service, server)}`,
    ),
  ],
  units: ['dnsmasq.service'],
});

/** The server itself asks its own. */
export const renderDnsServer = ({ server, service, services }: ServerView<DnsService>): readonly SetupPart[] => [
  renderDnsmasq(server, service, services),
  { files: [textFile('/etc/resolv.conf', resolvConf(['127.0.0.1'], services.domain))] },
];
