import { identityFiles } from '../certificates.ts';
import type { TimeService, TimeUpstream } from '../declaration.ts';
import { type SetupPart, textFile } from '../machine-setup.ts';
import type { ServerView } from '../room.ts';
import { setWhenWrong } from './chrony.ts';
import { chronyTls } from './tls.ts';

/** A pool's name has many addresses, of which chrony takes some; another name is one server. */
const source = ({ host, nts }: TimeUpstream): string =>
  `${host.split('.').includes('pool') ? 'pool' : 'server'} ${host} iburst${nts ? ' nts' : ''}\n`;

/** chrony as a server: it answers the clients it names, and goes on by its own clock while it has no better one. */
export function renderChronyServer({ server, service, clients }: ServerView<TimeService>): SetupPart {
  const allow = clients.flatMap(({ addresses }) => addresses.map((address) => `allow ${address}\n`));
  return {
    // By the authorities that everybody knows, a server with NTS shows who it is.
    packages: service.upstreams.some(({ nts }) => nts) ? ['ca-certificates', 'chrony'] : ['chrony'],
    files: [
      ...identityFiles(server.name, chronyTls, '_chrony'),
      textFile(
        '/etc/chrony/chrony.conf',
        `# Tells the clients the time.
${service.upstreams.map(source).join('')}local stratum 10
${allow.join('')}ntsservercert ${chronyTls.certificate}
ntsserverkey ${chronyTls.key}
ntsdumpdir /var/lib/chrony
driftfile /var/lib/chrony/chrony.drift
${setWhenWrong}rtcsync
leapsectz right/UTC
cmdport 0
`,
      ),
    ],
    units: ['chrony.service'],
    own: ['chrony.service'],
  };
}
