import { identityFiles, tlsPaths } from '../certificates.ts';
import type { LogsService } from '../declaration.ts';
import { type SetupPart, textFile } from '../machine-setup.ts';
import type { ClientView } from '../room.ts';
import { ports } from './ports.ts';

const tls = tlsPaths('rsyslog');

/** rsyslog with RELP over TLS: a message is sent again until the server has said that it has it. */
export function renderRsyslogClient({ client, server }: ClientView<LogsService>): SetupPart {
  return {
    packages: ['rsyslog', 'rsyslog-openssl', 'rsyslog-relp'],
    files: [
      ...identityFiles(client.name, tls, 'root'),
      textFile(
        '/etc/rsyslog.d/kvm.conf',
        `# Everything goes to ${server.fqdn}, too.
module(load="omrelp" tls.tlslib="openssl")
action(type="omrelp" target="${server.fqdn}" port="${ports.relp}" tls="on"
  tls.caCert="${tls.ca}" tls.myCert="${tls.certificate}" tls.myPrivKey="${tls.key}"
  tls.authMode="name" tls.permittedPeer=["${server.fqdn}"]
  template="RSYSLOG_SyslogProtocol23Format"
  queue.type="LinkedList" queue.filename="kvm-central" queue.spoolDirectory="/var/spool/rsyslog"
  queue.maxDiskSpace="100m" queue.saveOnShutdown="on"
  action.resumeRetryCount="-1" action.resumeInterval="10")
`,
      ),
    ],
    units: ['rsyslog.service'],
    own: ['rsyslog.service'],
  };
}
