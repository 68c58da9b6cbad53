import { identityFiles } from '../certificates.ts';
import type { TimeService } from '../declaration.ts';
import { type SetupPart, textFile } from '../machine-setup.ts';
import type { ServerView } from '../room.ts';
import { chronyTls } from './tls.ts';

const isName = (upstream: string): boolean => /[a-z]/i.test(upstream) && !upstream.includes(':');

/** chrony as a server: it answers the clients it names, and goes on by its own clock while it has no better one. */
export function renderChronyServer({ server, service, clients }: ServerView<TimeService>): SetupPart {
  const allow = clients.flatMap(({ addresses }) => addresses.map((address) => `allow ${address}\n`));
  return {
    packages: ['chrony'],
    files: [
      ...identityFiles(server.name, chronyTls, '_chrony'),
      textFile(
        '/etc/chrony/chrony.conf',
        `# Tells the clients the time.
${service.upstreams.map((upstream) => `${isName(upstream) ? 'pool' : 'server'} ${upstream} iburst\n`).join('')}local stratum 10
${allow.join('')}ntsservercert ${chronyTls.certificate}
ntsserverkey ${chronyTls.key}
ntsdumpdir /var/lib/chrony
driftfile /var/lib/chrony/chrony.drift
makestep 1 3
rtcsync
leapsectz right/UTC
cmdport 0
`,
      ),
    ],
    units: ['chrony.service'],
  };
}
