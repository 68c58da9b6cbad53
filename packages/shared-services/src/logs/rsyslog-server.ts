import { identityFiles, tlsPaths } from '../certificates.ts';
import type { LogsService } from '../declaration.ts';
import { type SetupPart, textFile } from '../machine-setup.ts';
import type { Party, ServerView } from '../room.ts';
import { logFolder, ports } from './ports.ts';

const tls = tlsPaths('rsyslog');

const list = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

const namesPath = '/etc/rsyslog.d/kvm-guests.json';

/** Which guest has an address, as rsyslog's lookup tables say it. */
const names = (clients: readonly Party[]): string =>
  `${JSON.stringify(
    {
      version: 1,
      nomatch: 'unknown',
      type: 'string',
      table: clients.flatMap(({ fqdn, addresses }) => addresses.map((index) => ({ index, value: fqdn }))),
    },
    undefined,
    1,
  )}\n`;

/** Takes RELP, and the syslog over TLS of clients that have no RELP; only from the guests it names. */
export function renderRsyslogServer({ server, clients }: ServerView<LogsService>): SetupPart {
  const peers = (implementation: string): string[] =>
    clients.filter((client) => client.implementation === implementation).map(({ fqdn }) => fqdn);
  const syslogPeers = peers('syslog-ng');
  const overTls =
    syslogPeers.length === 0
      ? ''
      : `module(load="imtcp" StreamDriver.Name="ossl" StreamDriver.Mode="1" StreamDriver.AuthMode="x509/name"
  PermittedPeer=[${list(syslogPeers)}])
input(type="imtcp" port="${ports.syslog}" ruleset="guests")
`;
  return {
    packages: ['rsyslog', 'rsyslog-openssl', 'rsyslog-relp'],
    files: [
      ...identityFiles(server.name, tls, 'root'),
      textFile(
        '/etc/rsyslog.d/kvm.conf',
        `# Takes the guests' logs: a folder for each guest, a file for each day.
global(DefaultNetstreamDriverCAFile="${tls.ca}" DefaultNetstreamDriverCertFile="${tls.certificate}" DefaultNetstreamDriverKeyFile="${tls.key}")
module(load="imrelp" tls.tlslib="openssl")
lookup_table(name="guests" file="${namesPath}")
template(name="KvmGuestFile" type="string" string="${logFolder}/%$.guest%/%$year%-%$month%-%$day%.log")
ruleset(name="guests") {
  set $.guest = lookup("guests", $fromhost-ip);
  action(type="omfile" dynaFile="KvmGuestFile" createDirs="on" dirCreateMode="0750" fileCreateMode="0640" template="RSYSLOG_SyslogProtocol23Format")
}
input(type="imrelp" port="${ports.relp}" ruleset="guests" tls="on"
  tls.caCert="${tls.ca}" tls.myCert="${tls.certificate}" tls.myPrivKey="${tls.key}"
  tls.authMode="name" tls.permittedPeer=[${list(peers('rsyslog'))}])
${overTls}`,
      ),
      textFile(namesPath, names(clients)),
    ],
    units: ['rsyslog.service'],
    own: ['rsyslog.service'],
  };
}
