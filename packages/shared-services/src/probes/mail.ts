import { caPath } from '../certificates.ts';
import type { Implementation, MailService } from '../declaration.ts';
import type { ClientView } from '../room.ts';
import { byForeignAuthority, foreignFile } from './foreign-authority.ts';
import type { ServiceProbe } from './probe.ts';

/** Begins a letter to somebody and leaves before its first word. It fails unless the server would take it. */
const letterScript = `said=$(printf 'EHLO %s\\r\\nMAIL FROM:<%s>\\r\\nRCPT TO:<%s>\\r\\nQUIT\\r\\n' "$3" "\${5:-root@$3}" "$4" |
  openssl s_client -quiet -starttls smtp -connect "$1:25" -CAfile "$2" -verify_return_error -verify_hostname "$1" 2>&1)
code=$?
printf '%s\\n' "$said" >&2
[ "$code" = 0 ] || exit "$code"
case $said in *"250 2.1.5"*) ;; *) exit 1 ;; esac`;

export function mailProbes(
  { client, server, service, services }: ClientView<MailService>,
  program: Implementation<'mail'>,
): ServiceProbe[] {
  const letterTo = (recipient: string): ServiceProbe['command'] => [
    ...(['sh', '-c', letterScript, 'probe', server.fqdn, caPath, client.fqdn, recipient] as const),
  ];
  const outside = 'nobody@example.org';
  return [
    {
      claim: `${server.fqdn} takes mail of ${client.name} for ${services.domain}`,
      command: letterTo(`postmaster@${services.domain}`),
      expects: 'success',
      remedy: `On ${server.name}: \`postfix status\`, /etc/postfix/kvm-clients, /var/log/postfix.log; tcp/25 must be open.`,
    },
    {
      claim: `${server.fqdn} takes no mail of ${client.name} in the name of others`,
      command: [...letterTo(`postmaster@${services.domain}`), `postmaster@${services.domain}`],
      expects: 'refusal',
      prints: /Sender address rejected/,
      remedy: `On ${server.name}, roll out /etc/postfix/main.cf and /etc/postfix/kvm-senders again.`,
    },
    ...(program === 'msmtp' ? msmtpProbes(server.fqdn, client.name) : []),
    service.relay.includes(client.name)
      ? {
          claim: `${server.fqdn} takes mail of ${client.name} for other domains`,
          command: letterTo(outside),
          expects: 'success',
          remedy: `On ${server.name}, roll out /etc/postfix/kvm-relay again.`,
        }
      : {
          claim: `${server.fqdn} takes no mail of ${client.name} for other domains`,
          command: letterTo(outside),
          expects: 'refusal',
          prints: /Relay access denied/,
          remedy: `On ${server.name}, look at mynetworks and smtpd_relay_restrictions in /etc/postfix/main.cf.`,
        },
  ];
}

/** msmtp itself, which shakes hands and leaves. ssmtp cannot, and takes every server. */
function msmtpProbes(host: string, client: string): ServiceProbe[] {
  const shake = (authority: string): [string, ...string[]] => [
    ...(['msmtp', '--serverinfo', `--host=${host}`, '--port=25', '--tls=on', '--tls-starttls=on'] as const),
    `--tls-trust-file=${authority}`,
  ];
  return [
    {
      claim: `msmtp of ${client} knows ${host}`,
      command: shake(caPath),
      expects: 'success',
      remedy: `Roll out ${caPath} and the certificate of ${host} again.`,
    },
    {
      claim: `msmtp of ${client} refuses a server by a foreign authority`,
      ...byForeignAuthority(foreignFile, shake),
      expects: 'refusal',
      prints: /certificate/i,
      remedy: `On ${client}, /etc/msmtprc must have tls on and tls_trust_file ${caPath}.`,
    },
  ];
}
