import { caFile, caPath } from '../certificates.ts';
import type { MailService } from '../declaration.ts';
import { type SetupPart, textFile } from '../machine-setup.ts';
import type { ClientView } from '../room.ts';

/** msmtp: sends at once, and says so when it cannot. */
export function renderMsmtp({ client, server, services }: ClientView<MailService>): SetupPart {
  return {
    packages: ['msmtp', 'msmtp-mta'],
    files: [
      caFile(),
      textFile(
        '/etc/msmtprc',
        `# All mail goes to ${server.fqdn}.
defaults
auth off
tls on
tls_starttls on
tls_trust_file ${caPath}
syslog LOG_MAIL
aliases /etc/aliases

account central
host ${server.fqdn}
port 25
domain ${client.fqdn}
from %U@${client.fqdn}

account default : central
`,
      ),
      textFile('/etc/aliases', `# Mail to this machine's own accounts.\ndefault: root@${services.domain}\n`),
    ],
  };
}
