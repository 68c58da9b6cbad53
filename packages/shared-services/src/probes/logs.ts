import { tlsPaths } from '../certificates.ts';
import type { Implementation, LogsService } from '../declaration.ts';
import { ports } from '../logs/ports.ts';
import type { ClientView } from '../room.ts';
import { byForeignAuthority, foreignFile } from './foreign-authority.ts';
import type { ServiceProbe } from './probe.ts';

const ways = {
  'syslog-ng': { port: ports.syslog, keys: 'syslog-ng', unit: 'syslog-ng' },
  rsyslog: { port: ports.relp, keys: 'rsyslog', unit: 'rsyslog' },
  journald: { port: ports.journal, keys: 'journal-upload', unit: 'systemd-journal-upload' },
} as const satisfies Record<Implementation<'logs'>, unknown>;

/** Says something, and waits until the guest's daemon has a connection to say it over. */
const saysScript = `logger --socket-errors=on -t kvm-doctor "asked how it is" || exit
for try in 1 2 3 4 5 6 7 8 9 10; do
  connection=$(ss -Htn state established dst "$1" dport = ":$2") || exit
  [ -z "$connection" ] || exit 0
  sleep 1
done
echo "no connection to $1, port $2" >&2
exit 1`;

/** Logs over TLS, with certificates on both sides. */
export function logProbes(
  { client, server }: ClientView<LogsService>,
  program: Implementation<'logs'>,
): ServiceProbe[] {
  const { port, keys, unit } = ways[program];
  const tls = tlsPaths(keys);
  // Before TLS 1.3, which tells a client only later that its certificate was refused.
  const shake = (authority: string): [string, ...string[]] => [
    ...(['openssl', 's_client', '-tls1_2', '-connect', `${server.fqdn}:${port}`, '-CAfile', authority] as const),
    ...['-verify_return_error', '-verify_hostname', server.fqdn],
  ];
  const own = ['-cert', tls.certificate, '-key', tls.key];
  const strangers: ServiceProbe = {
    claim: `${server.fqdn} takes no logs from who shows no certificate`,
    command: shake(tls.ca),
    expects: 'refusal',
    prints: /alert|handshake|certificate/i,
    remedy: `On ${server.name}, roll out the log server's files again: it must demand certificates.`,
  };
  return [
    {
      claim: `${server.fqdn} and ${client.name} know each other's certificate`,
      command: [...shake(tls.ca), ...own],
      expects: 'success',
      remedy: `Roll out ${tls.certificate} and ${tls.ca} of both again; tcp/${port} to ${server.name} must be open.`,
    },
    {
      claim: `what ${client.name} logs is on its way to ${server.fqdn}`,
      command: ['sh', '-c', saysScript, 'probe', server.addresses[0] ?? '', String(port)],
      expects: 'success',
      remedy: `On ${client.name}, \`systemctl status ${unit}\` says why.`,
    },
    {
      claim: `${client.name} refuses a log server by a foreign authority`,
      ...byForeignAuthority(foreignFile, (authority) => [...shake(authority), ...own]),
      expects: 'refusal',
      prints: /verify|certificate/i,
      remedy: `On ${client.name}, roll out the files of ${unit} again: it must verify its server.`,
    },
    // Debian's journal-remote asks nobody for a certificate.
    ...(program === 'journald' ? [] : [strangers]),
  ];
}
