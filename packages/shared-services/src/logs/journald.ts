import { identityFiles, type TlsPaths, tlsPaths } from '../certificates.ts';
import type { LogsService } from '../declaration.ts';
import { type SetupPart, textFile } from '../machine-setup.ts';
import type { ClientView, ServerView } from '../room.ts';
import { journalFolder, ports } from './ports.ts';

const keys = ({ ca, certificate, key }: TlsPaths): string => `ServerKeyFile=${key}
ServerCertificateFile=${certificate}
TrustedCertificateFile=${ca}
`;

const upload = 'systemd-journal-upload.service';

/** Where systemd puts a credential of that name (systemd.exec(5), LoadCredential). */
const uploadKey = `/run/credentials/${upload}/key`;

/**
 * systemd-journal-upload.service(8): the journal itself over HTTPS, from where it was left off. Its user is there only while
 * it runs, and so can own no file: systemd hands it the key.
 */
export function renderJournaldClient({ client, server }: ClientView<LogsService>): SetupPart {
  const tls = tlsPaths('journal-upload');
  return {
    packages: ['systemd-journal-remote'],
    files: [
      ...identityFiles(client.name, tls, 'root'),
      textFile(
        `/etc/systemd/system/${upload}.d/kvm.conf`,
        `[Service]
LoadCredential=key:${tls.key}
`,
      ),
      textFile(
        '/etc/systemd/journal-upload.conf',
        `# The journal goes to ${server.fqdn}.
[Upload]
URL=https://${server.fqdn}:${ports.journal}
${keys({ ...tls, key: uploadKey })}`,
      ),
    ],
    commands: [['systemctl', 'daemon-reload']],
    units: [upload],
  };
}

/** systemd-journal-remote.service(8): a journal for each name that a client gives itself by its certificate. */
export function renderJournalRemote({ server }: ServerView<LogsService>): SetupPart {
  const tls = tlsPaths('journal-remote');
  return {
    packages: ['systemd-journal-remote'],
    files: [
      ...identityFiles(server.name, tls, 'systemd-journal-remote'),
      textFile(
        '/etc/systemd/journal-remote.conf',
        `# Takes the guests' journals: a file for each, below ${journalFolder}.
[Remote]
SplitMode=host
${keys(tls)}`,
      ),
    ],
    // The socket starts it again, with the new files; while it runs, the socket cannot be restarted.
    commands: [['systemctl', 'stop', 'systemd-journal-remote.service']],
    units: ['systemd-journal-remote.socket'],
  };
}
