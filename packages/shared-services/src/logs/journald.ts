import { identityFiles, type TlsPaths, tlsPaths } from '../certificates.ts';
import type { LogsService } from '../declaration.ts';
import { type SetupPart, textFile } from '../machine-setup.ts';
import type { ClientView, ServerView } from '../room.ts';
import { ports } from './ports.ts';

const keys = ({ ca, certificate, key }: TlsPaths): string => `ServerKeyFile=${key}
ServerCertificateFile=${certificate}
TrustedCertificateFile=${ca}
`;

/** systemd-journal-upload.service(8): the journal itself over HTTPS, from where it was left off. */
export function renderJournaldClient({ client, server }: ClientView<LogsService>): SetupPart {
  const tls = tlsPaths('journal-upload');
  return {
    packages: ['systemd-journal-remote'],
    files: [
      ...identityFiles(client.name, tls, 'systemd-journal-upload'),
      textFile(
        '/etc/systemd/journal-upload.conf',
        `# The journal goes to ${server.fqdn}.
[Upload]
URL=https://${server.fqdn}:${ports.journal}
${keys(tls)}`,
      ),
    ],
    units: ['systemd-journal-upload.service'],
  };
}

/** systemd-journal-remote.service(8): a journal for each certificate's name. */
export function renderJournalRemote({ server }: ServerView<LogsService>): SetupPart {
  const tls = tlsPaths('journal-remote');
  return {
    packages: ['systemd-journal-remote'],
    files: [
      ...identityFiles(server.name, tls, 'systemd-journal-remote'),
      textFile(
        '/etc/systemd/journal-remote.conf',
        `# Takes the guests' journals: a file for each, below /var/log/journal/remote.
[Remote]
SplitMode=host
${keys(tls)}`,
      ),
    ],
    units: ['systemd-journal-remote.socket'],
  };
}
