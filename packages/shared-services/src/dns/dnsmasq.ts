import type { DnsService } from '../declaration.ts';
import { type SetupPart, textFile } from '../machine-setup.ts';
import type { ServerView } from '../room.ts';
import { type DnsRecord, dnsRecords } from './records.ts';
import { resolvConf } from './resolv-conf.ts';

const line = (record: DnsRecord): string => {
  switch (record.type) {
    case 'CNAME':
      return `cname=${record.name},${record.target}\n`;
    case 'SRV':
      return `srv-host=${record.name},${record.target},${record.port}\n`;
    default:
      return `host-record=${record.name},${record.name.split('.', 1)[0]},${record.address}\n`;
  }
};

function dhcp({ dhcp: range }: DnsService, address: string): string {
  if (range === undefined) return '';
  return `dhcp-range=${range.first},${range.last},12h
dhcp-option=option:dns-server,${address}
${range.routes ?? ''}`;
}

/** dnsmasq(8): answers for the domain itself, and hands the rest on. It listens on the server's own addresses only. */
export function renderDnsmasq({ server, service, services }: ServerView<DnsService>): SetupPart {
  return {
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
cache-size=10000
${service.upstreams.map((upstream) => `server=${upstream}\n`).join('')}${dnsRecords(services).map(line).join('')}${dhcp(service, server.addresses[0] ?? '')}`,
      ),
      textFile('/etc/resolv.conf', resolvConf(['127.0.0.1'], services.domain)),
    ],
    units: ['dnsmasq.service'],
  };
}
