import { adminGroup, guestAccount } from '../auth/distinguished-name.ts';
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

export function peopleProbes(
  { client, server, service }: ClientView<AuthService>,
  program: Implementation<'auth'>,
): ServiceProbe[] {
  const { base, firstId } = service;
  const url = ['-H', `ldap://${server.fqdn}`];
  const bind = (authority: string): ServiceProbe['command'] => [
    ...(['sh', '-c', bindScript, 'probe', authority, files[program]] as const),
    ...[...url, '-D', guestAccount(client.name, base)],
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
      command: bind(caPath),
      expects: 'success',
      remedy: `Roll out ${files[program]} and ${caPath} again: \`kvmctl services render\` writes them.`,
    },
    {
      claim: `${client.name} refuses a directory by a foreign authority`,
      ...byForeignAuthority(foreignFile, bind),
      expects: 'refusal',
      prints: /ldap_start_tls/,
      remedy: `On ${client.name}, look for TLS_REQCERT in /etc/ldap/ldap.conf: it must be demand.`,
    },
    {
      // By nobody's account: were it let in, no password of anybody's would have been sent in the clear.
      claim: `${server.fqdn} refuses passwords that are not encrypted`,
      command: ['ldapwhoami', '-x', '-o', 'nettimeout=5', ...url, '-D', `cn=kvm-doctor,${base}`, '-w', 'none'],
      expects: 'refusal',
      prints: /confidentiality required/i,
      remedy: `On ${server.name}, roll out /etc/kvm/ldap/config.ldif again and run /etc/kvm/ldap/load.`,
    },
  ];
}
