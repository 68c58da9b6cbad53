import { adminGroup, directoryUrls, guestAccount } from '../auth/distinguished-name.ts';
import { caPath } from '../certificates.ts';
import type { AuthService, Implementation } from '../declaration.ts';
import type { ClientView } from '../room.ts';
import { byForeignAuthority, foreignFile } from './foreign-authority.ts';
import type { ServiceProbe } from './probe.ts';

/** Binds with the password that the guest's own program has, which no other process gets to see. */
const bindScript = `ca=$1 file=$2; shift 2
password=$(sed -n 's/^bindpw //p; s/^ldap_default_authtok = //p' "$file")
printf %s "$password" | LDAPTLS_CACERT=$ca LDAPTLS_REQCERT=demand ldapwhoami -x -ZZ -o nettimeout=5 -y /dev/stdin "$@"`;

const files = { sssd: '/etc/sssd/sssd.conf', nslcd: '/etc/nslcd.conf' } as const;

export function peopleProbes(view: ClientView<AuthService>, program: Implementation<'auth'>): ServiceProbe[] {
  const { client, server, service } = view;
  const { base, firstId, replica } = service;
  const [serverUrl = '', replicaUrl] = directoryUrls(view);
  const bind = (url: string, authority: string): ServiceProbe['command'] => [
    ...(['sh', '-c', bindScript, 'probe', authority, files[program]] as const),
    ...['-H', url, '-D', guestAccount(client.name, base)],
  ];
  return [
    {
      claim: `${client.name} knows the groups of the directory`,
      command: ['getent', 'group', adminGroup],
      expects: 'success',
      prints: new RegExp(`^${adminGroup}:[^:]*:${firstId}:`, 'm'),
      remedy: `On ${client.name}, \`systemctl status ${program}\` says why; /etc/nsswitch.conf must name it for group.`,
    },
    {
      claim: `${client.name} binds to ${server.fqdn} by its own account, encrypted`,
      command: bind(serverUrl, caPath),
      expects: 'success',
      remedy: `Roll out ${files[program]} and ${caPath} again: \`kvmctl services render\` writes them.`,
    },
    ...(replicaUrl === undefined
      ? []
      : [
          {
            claim: `${client.name} binds to the copy on ${replica}, too`,
            command: bind(replicaUrl, caPath),
            expects: 'success',
            remedy: `On ${replica}, \`journalctl -u slapd\` says what it has copied last, and why no more.`,
          } as const,
        ]),
    {
      claim: `${client.name} refuses a directory by a foreign authority`,
      ...byForeignAuthority(foreignFile, (authority) => bind(serverUrl, authority)),
      expects: 'refusal',
      prints: /ldap_start_tls/,
      remedy: `On ${client.name}, look for TLS_REQCERT in /etc/ldap/ldap.conf: it must be demand.`,
    },
    {
      // By nobody's account: were it let in, no password of anybody's would have been sent in the clear.
      claim: `${server.fqdn} refuses passwords that are not encrypted`,
      command: ['ldapwhoami', '-x', '-o', 'nettimeout=5', '-H', serverUrl, '-D', `cn=kvm-doctor,${base}`, '-w', 'none'],
      expects: 'refusal',
      prints: /confidentiality required/i,
      remedy: `On ${server.name}, roll out /etc/kvm/ldap/config.ldif again and run /etc/kvm/ldap/load.`,
    },
  ];
}
