import { caFile, caPath } from '../certificates.ts';
import type { MailService } from '../declaration.ts';
import { type SetupPart, textFile } from '../machine-setup.ts';
import type { ClientView } from '../room.ts';

/**
 * ssmtp (ssmtp.conf(5)). It encrypts, but sends on also when it does not know who it talks to; only a network that lets
 * no one else answer makes up for that.
 */
export function renderSsmtp({ client, server, services }: ClientView<MailService>): SetupPart {
  return {
    packages: ['ssmtp'],
    files: [
      caFile(),
      textFile(
        '/etc/ssmtp/ssmtp.conf',
        `# All mail goes to ${server.fqdn}.
root=root@${services.domain}
mailhub=${server.fqdn}:25
rewriteDomain=${client.fqdn}
hostname=${client.fqdn}
FromLineOverride=YES
UseTLS=YES
UseSTARTTLS=YES
TLS_CA_File=${caPath}
`,
      ),
    ],
  };
}
