import { caFile, caPath } from '../certificates.ts';
import type { AuthService } from '../declaration.ts';
import { type SetupPart, secretSlot } from '../machine-setup.ts';
import type { ClientView } from '../room.ts';
import { directoryUrls, groups, guestAccount, loginFilter, people } from './distinguished-name.ts';
import { nsswitch } from './nsswitch.ts';

/** nslcd (nslcd.conf(5)), which took nss_ldap's place: small, without a cache. */
export function renderNslcd(view: ClientView<AuthService>): SetupPart {
  const { client, server, service } = view;
  const { base, firstId } = service;
  const secret = `bind/${client.name}`;
  const uris = directoryUrls(view).map((url) => `${url}/`);
  const content = `# People and groups of ${server.fqdn}.
uid nslcd
gid nslcd
uri ${uris.join(' ')}
base ${base}
base passwd ${people(base)}
base shadow ${people(base)}
base group ${groups(base)}
binddn ${guestAccount(client.name, base)}
bindpw ${secretSlot(secret)}
ssl start_tls
tls_reqcert demand
tls_cacertfile ${caPath}
nss_min_uid ${firstId}
bind_timelimit 5
timelimit 10
pam_authz_search (&(objectClass=posixAccount)(uid=$username)${loginFilter(base)})
`;
  return {
    packages: ['nslcd', 'libnss-ldapd', 'libpam-ldapd'],
    files: [
      caFile(),
      { path: '/etc/nslcd.conf', mode: 0o640, owner: 'root', group: 'nslcd', content, secrets: [secret] },
      nsswitch('ldap'),
    ],
    commands: [['pam-auth-update', '--package', '--enable', 'mkhomedir']],
    units: ['nslcd.service'],
  };
}
