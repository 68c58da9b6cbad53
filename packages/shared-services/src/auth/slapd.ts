import { identityFiles, tlsPaths } from '../certificates.ts';
import type { AuthService } from '../declaration.ts';
import { type ServiceFile, type SetupPart, secretSlot, textFile } from '../machine-setup.ts';
import type { Party, ServerView } from '../room.ts';
import {
  accountEntries,
  accountMark,
  accountSecrets,
  directoryEntries,
  passwordChanges,
  policyChanges,
} from './directory.ts';
import { accountHolders, guestAccount } from './distinguished-name.ts';
import { type Replication, slapdConfig } from './slapd-config.ts';

const tls = tlsPaths('slapd');

const folder = '/etc/kvm/ldap';

/**
 * Loads the configuration into slapd's own form, aside, and puts it in place only when slapd takes all of it: what is refused
 * leaves slapd running as it is. The data is not touched; slapadd wants its folder to be there.
 */
const loadScript = `#!/bin/sh
# Run as root; safe to run again. Where systemd runs, slapd is stopped for the moment of the change, and started.
set -eu
systemd() { [ ! -d /run/systemd/system ] || systemctl "$@" slapd.service; }
new=/etc/ldap/slapd.d.kvm
rm -rf "$new"
install -d -m 0700 "$new"
install -d -m 0700 -o openldap -g openldap /var/lib/ldap/kvm
slapadd -n 0 -F "$new" -l ${folder}/config.ldif
chown -R openldap:openldap "$new"
systemd stop
rm -rf /etc/ldap/slapd.d
mv "$new" /etc/ldap/slapd.d
systemd start
`;

/**
 * Overlays such as memberof see only what comes by LDAP, so that the tree is not loaded by slapadd. With `-c`, the exit status
 * tells of the last failure only, so that each is read.
 */
const fillScript = (base: string): string => `#!/bin/sh
# Run as root while slapd runs; safe to run again: what people have put into the tree stays.
set -u
as_root='-Q -Y EXTERNAL -H ldapi:///'
ldap() {
  tool=$1 file=${folder}/$2
  shift 2
  said=$("$tool" $as_root -c "$@" -f "$file" 2>&1 >/dev/null)
  code=$?
  # 20, 68: it is there already; 122: what was asserted does not hold.
  failed=$(printf '%s\\n' "$said" | grep '^ldap_' | grep -v '(20)$\\|(68)$\\|(122)$')
  case $code in 0 | 20 | 68 | 122) [ -n "$failed" ] || return 0 ;; esac
  printf '%s: %s\\n' "$file" "\${failed:-$said}" >&2
  exit 1
}
ldap ldapadd tree.ldif
ldap ldapmodify policies.ldif -e '!assert=(!(pwdCheckQuality=*))'
ldap ldapadd accounts.ldif
ldap ldapmodify passwords.ldif

# Who is a guest no longer binds no longer.
ldapsearch $as_root -LLL -o ldif-wrap=no -s one -b 'ou=guests,${base}' '(description=${accountMark})' dn |
  grep '^dn: ' | grep -vxF -- "$(grep '^dn: ' ${folder}/accounts.ldif)" | sed 's/^dn: //' | ldapdelete $as_root
`;

const script = (path: string, content: string): ServiceFile => ({ ...textFile(path, content), mode: 0o755 });

const secretFile = (path: string, content: string, secrets: readonly string[]): ServiceFile => ({
  ...textFile(path, content),
  mode: 0o600,
  secrets,
});

/** What a server of the directory has, and one that copies it. */
const daemonFiles = (machine: string): readonly ServiceFile[] => [
  ...identityFiles(machine, tls, 'openldap'),
  textFile(
    '/etc/default/slapd',
    `# StartTLS on ldap:///; ldapi:/// is for root on this machine.
SLAPD_CONF=/etc/ldap/slapd.d
SLAPD_USER=openldap
SLAPD_GROUP=openldap
SLAPD_SERVICES="ldap:/// ldapi:///"
`,
  ),
  script(`${folder}/load`, loadScript),
];

const load = [`${folder}/load`];

/** OpenLDAP with its configuration in cn=config (slapd-config(5)). */
export function renderSlapd({ server, service, services }: ServerView<AuthService>): SetupPart {
  const { base, firstId, replica } = service;
  const holders = accountHolders(service);
  const all = holders.map(accountSecrets);
  const replication: Replication =
    replica === undefined ? { kind: 'none' } : { kind: 'provider', account: guestAccount(replica, base) };
  return {
    packages: ['slapd', 'ldap-utils'],
    files: [
      ...daemonFiles(server.name),
      textFile(`${folder}/config.ldif`, slapdConfig(base, replication)),
      textFile(`${folder}/tree.ldif`, directoryEntries(base, services.domain, firstId)),
      textFile(`${folder}/policies.ldif`, policyChanges(base)),
      secretFile(
        `${folder}/accounts.ldif`,
        accountEntries(holders, base),
        all.map(([hash]) => hash),
      ),
      secretFile(`${folder}/passwords.ldif`, passwordChanges(holders, base), all.flat()),
      script(`${folder}/fill`, fillScript(base)),
    ],
    commands: [load, [`${folder}/fill`]],
    units: ['slapd.service'],
  };
}

/** A second OpenLDAP, which copies the first one (syncrepl) and sends there who wants to write. */
export function renderSlapdReplica(replica: Party, server: Party, { base }: AuthService): SetupPart {
  const secret = `bind/${replica.name}`;
  const config = slapdConfig(base, {
    kind: 'consumer',
    provider: server.fqdn,
    account: guestAccount(replica.name, base),
    password: secretSlot(secret),
  });
  return {
    packages: ['slapd', 'ldap-utils'],
    files: [...daemonFiles(replica.name), secretFile(`${folder}/config.ldif`, config, [secret])],
    commands: [load],
    units: ['slapd.service'],
  };
}
