import { caFile, caPath } from '../certificates.ts';
import type { AuthService } from '../declaration.ts';
import { type SetupPart, scriptFile, secretSlot, textFile } from '../machine-setup.ts';
import type { ClientView } from '../room.ts';
import { directoryUrls, groups, guestAccount, loginFilter, people, sudoers } from './distinguished-name.ts';
import { nsswitch } from './nsswitch.ts';

/** Since 2.10 its unit makes the file readable for a group at each start; before, sssd takes nothing but 0600. */
const alsoRights = ['root', 'sssd'].map((group) => ({ mode: 0o640, owner: 'root', group }));

/** The responders are started by sssd itself, as its `services` says; their sockets would only fail beside it. */
const sockets = ['nss', 'pam', 'pam-priv', 'sudo', 'ssh', 'autofs', 'pac'].map((name) => `sssd-${name}.socket`);

/** sshd reads its files when it starts. As patterns they also match nothing, where there is no sshd; Red Hat has the second. */
const sshUnits = ['ssh.service', 'sshd.service'];

const keysCommand = '/etc/kvm/ssh/authorized-keys';

/** sshd takes a key also where it asks PAM nothing more (UsePAM no): who may not log in has none. sssctl is for root alone. */
const keysScript = `#!/bin/sh
# The ssh keys of a person of the directory who may log in. sshd runs it as root, with the person's name.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH LC_ALL=C
case $1 in '' | -* | *[!A-Za-z0-9._@-]*) exit 1 ;; esac
sssctl user-checks --action=acct --service=sshd "$1" 2>&1 | grep -qx 'pam_acct_mgmt: Success' || exit 0
exec sss_ssh_authorizedkeys "$1"
`;

/**
 * sssd (sssd.conf(5), sssd-ldap(5)): logins also while the server is away, sudo rules and ssh keys from LDAP. Its version 2.10
 * refuses config_file_version, which means nothing to those before.
 */
export function renderSssd(view: ClientView<AuthService>): readonly SetupPart[] {
  const { client, server, service, services } = view;
  const { base, firstId } = service;
  const secret = `bind/${client.name}`;
  const content = `# People and groups of ${server.fqdn}.
[sssd]
services = nss, pam, sudo, ssh
domains = ${services.domain}

[nss]
filter_users = root
filter_groups = root

[pam]
offline_credentials_expiration = 7

[domain/${services.domain}]
id_provider = ldap
auth_provider = ldap
access_provider = ldap
chpass_provider = ldap
sudo_provider = ldap
autofs_provider = none
ldap_schema = rfc2307
ldap_uri = ${directoryUrls(view).join(', ')}
ldap_search_base = ${base}
ldap_user_search_base = ${people(base)}
ldap_group_search_base = ${groups(base)}
ldap_sudo_search_base = ${sudoers(base)}
ldap_default_bind_dn = ${guestAccount(client.name, base)}
ldap_default_authtok = ${secretSlot(secret)}
ldap_id_use_start_tls = true
ldap_tls_reqcert = demand
ldap_tls_cacert = ${caPath}
ldap_access_order = filter, expire
ldap_access_filter = (&${loginFilter(base)})
ldap_account_expire_policy = shadow
ldap_user_ssh_public_key = sshPublicKey
ldap_user_member_of = memberOf
min_id = ${firstId}
cache_credentials = true
enumerate = false
`;
  const sssd: SetupPart = {
    packages: ['sssd-ldap', 'sssd-tools', 'libnss-sss', 'libpam-sss', 'libsss-sudo', 'sudo'],
    files: [
      caFile(),
      {
        path: '/etc/sssd/sssd.conf',
        mode: 0o600,
        owner: 'root',
        group: 'root',
        alsoRights,
        content,
        secrets: [secret],
      },
      nsswitch('sss'),
    ],
    commands: [
      ['systemctl', 'mask', ...sockets],
      ['pam-auth-update', '--package', '--enable', 'mkhomedir'],
    ],
    units: ['sssd.service'],
    undo: ['systemctl', 'unmask', ...sockets],
  };
  const sshKeys: SetupPart = {
    files: [
      textFile(
        '/etc/ssh/sshd_config.d/60-kvm-keys.conf',
        `# People's ssh keys are in LDAP.\nAuthorizedKeysCommand ${keysCommand} %u\nAuthorizedKeysCommandUser root\n`,
      ),
      scriptFile(keysCommand, keysScript),
    ],
    commands: [['systemctl', 'try-reload-or-restart', ...sshUnits.map((unit) => `${unit}*`)]],
    own: sshUnits,
  };
  return [sssd, sshKeys];
}
