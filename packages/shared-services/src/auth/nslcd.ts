import { caFile, caPath } from '../certificates.ts';
import type { AuthService } from '../declaration.ts';
import { type SetupPart, secretSlot, textFile } from '../machine-setup.ts';
import type { ClientView } from '../room.ts';
import { directoryUrls, groups, guestAccount, loginFilter, people } from './distinguished-name.ts';
import { nsswitch } from './nsswitch.ts';

/**
 * nslcd (nslcd.conf(5)), which took nss_ldap's place: small, without a cache. Groups of local users are not asked for, or root
 * would wait at each login while the server is away.
 */
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
nss_initgroups_ignoreusers ALLLOCAL
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

/**
 * The directory's own server knows people by their names, as the mail server has to: it asks slapd beside it, without a password.
 * Nobody of them has a home or a shell there: a home in an export is a guest's to write, and a key in it would open the server.
 */
export const renderNamesOfPeople = ({ base, firstId }: AuthService): SetupPart => ({
  packages: ['nslcd', 'libnss-ldapd'],
  files: [
    {
      ...textFile(
        '/etc/nslcd.conf',
        `# People and groups by their names, for their mail; nobody of them logs in here.
uid nslcd
gid nslcd
uri ldapi:///
sasl_mech EXTERNAL
base ${base}
base passwd ${people(base)}
base group ${groups(base)}
map passwd homeDirectory "/nonexistent"
map passwd loginShell "/usr/sbin/nologin"
nss_min_uid ${firstId}
nss_initgroups_ignoreusers ALLLOCAL
bind_timelimit 5
timelimit 10
`,
      ),
      mode: 0o640,
      group: 'nslcd',
    },
    nsswitch('ldap', { logIn: false }),
  ],
  units: ['nslcd.service'],
});
