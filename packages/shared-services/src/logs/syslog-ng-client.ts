import { identityFiles, tlsPaths } from '../certificates.ts';
import type { LogsService } from '../declaration.ts';
import { type SetupPart, textFile } from '../machine-setup.ts';
import type { ClientView } from '../room.ts';
import { ports } from './ports.ts';

const tls = tlsPaths('syslog-ng');

/** syslog-ng: RFC 5424 over TLS (RFC 5425's port), certificates on both sides, and a buffer on disk while the server is away. */
export function renderSyslogNgClient({ client, server }: ClientView<LogsService>): SetupPart {
  return {
    packages: ['logrotate', 'syslog-ng-core'],
    files: [
      ...identityFiles(client.name, tls, 'root'),
      textFile(
        '/etc/syslog-ng/syslog-ng.conf',
        `@version: 3.38
@include "scl.conf"
# Everything goes to ${server.fqdn}, and to this machine's own files.
options { keep-hostname(yes); use-fqdn(yes); use-dns(no); stats-freq(0); time-reopen(10); perm(0640); group("adm"); };
source s_local { system(); internal(); };
destination d_local { file("/var/log/syslog"); };
destination d_auth { file("/var/log/auth.log"); };
destination d_central {
  network("${server.fqdn}" port(${ports.syslog}) transport("tls") flags(syslog-protocol)
    tls(ca-file("${tls.ca}") cert-file("${tls.certificate}") key-file("${tls.key}") peer-verify(required-trusted))
    disk-buffer(disk-buf-size(104857600) mem-buf-size(10485760) reliable(yes) dir("/var/lib/syslog-ng")));
};
filter f_auth { facility(auth, authpriv); };
log { source(s_local); filter(f_auth); destination(d_auth); };
log { source(s_local); filter { not filter(f_auth); }; destination(d_local); };
log { source(s_local); destination(d_central); flags(flow-control); };
`,
      ),
    ],
    units: ['syslog-ng.service'],
    own: ['syslog-ng.service'],
  };
}
