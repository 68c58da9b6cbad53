import { commonName, identityFiles, tlsPaths } from '../certificates.ts';
import type { LogsService } from '../declaration.ts';
import { type SetupPart, textFile } from '../machine-setup.ts';
import type { ServerView } from '../room.ts';
import { logFolder, ports } from './ports.ts';

const tls = tlsPaths('syslog-ng');

/** The folder is named by the certificate and not by what a message says, so that no guest writes into another's. */
export function renderSyslogNgServer({ server, clients }: ServerView<LogsService>): SetupPart {
  // A certificate is good for two years, and its machine may be gone or have been broken into since.
  const peers = clients
    .filter(({ implementation }) => implementation === 'syslog-ng')
    .map(({ name, fqdn }) => `"CN=${commonName(name, fqdn)}"`);
  return {
    packages: ['logrotate', 'syslog-ng-core'],
    files: [
      ...identityFiles(server.name, tls, 'root'),
      textFile(
        '/etc/syslog-ng/syslog-ng.conf',
        `@version: 3.38
@include "scl.conf"
# Takes the guests' logs over TLS, and keeps this machine's own.
options { keep-hostname(no); chain-hostnames(no); use-dns(no); stats-freq(0); time-reopen(10); create-dirs(yes); dir-perm(0750); perm(0640); dir-group("adm"); group("adm"); };
source s_local { system(); internal(); };
source s_guests {
  network(ip("0.0.0.0") port(${ports.syslog}) transport("tls") flags(syslog-protocol) max-connections(4096) log-iw-size(409600)
    tls(key-file("${tls.key}") cert-file("${tls.certificate}") ca-file("${tls.ca}") peer-verify(required-trusted)
      trusted-dn(${peers.join(', ')})));
};
destination d_local { file("/var/log/syslog"); };
destination d_guests {
  file("${logFolder}/\${.tls.x509_cn}/\${R_YEAR}-\${R_MONTH}-\${R_DAY}.log" template("\${ISODATE} \${.tls.x509_cn} \${FACILITY}.\${LEVEL} \${MSGHDR}\${MSG}\\n"));
};
log { source(s_local); destination(d_local); };
log { source(s_guests); destination(d_guests); flags(flow-control); };
`,
      ),
    ],
    units: ['syslog-ng.service'],
    own: ['syslog-ng.service'],
  };
}
