import { identityFiles, tlsPaths } from '../certificates.ts';
import type { AuthService } from '../declaration.ts';
import { type ServiceFile, type SetupPart, textFile } from '../machine-setup.ts';
import type { ServerView } from '../room.ts';
import { accountEntries, accountSecrets, directoryEntries, passwordChanges } from './directory.ts';
import { slapdConfig } from './slapd-config.ts';

const tls = tlsPaths('slapd');

const folder = '/etc/kvm/ldap';

/**
 * Loads the configuration into slapd's own form, aside, and puts it in place only when slapd takes all of it. The data
 * is not touched; slapadd wants its folder to be there.
 */
const loadScript = `#!/bin/sh
# Run as root while slapd is stopped; safe to run again.
set -eu
new=/etc/ldap/slapd.d.kvm
rm -rf "$new"
install -d -m 0700 "$new"
install -d -m 0700 -o openldap -g openldap /var/lib/ldap/kvm
slapadd -n 0 -F "$new" -l ${folder}/config.ldif
chown -R openldap:openldap "$new"
rm -rf /etc/ldap/slapd.d
mv "$new" /etc/ldap/slapd.d
`;

/** Overlays such as memberof see only what comes by LDAP, so that the tree is not loaded by slapadd. */
const fillScript = `#!/bin/sh
# Run as root while slapd runs; safe to run again: what people have put into the tree stays.
set -u
ldap() {
  tool=$1 file=$2
  "$tool" -Q -Y EXTERNAL -H ldapi:/// -c -f "${folder}/$file" >/dev/null
  code=$?
  case $code in 0 | 20 | 68) ;; *) exit "$code" ;; esac # 20, 68: it is there already
}
ldap ldapadd tree.ldif
ldap ldapadd accounts.ldif
ldap ldapmodify passwords.ldif
`;

const script = (path: string, content: string): ServiceFile => ({ ...textFile(path, content), mode: 0o755 });

/** OpenLDAP with its configuration in cn=config (slapd-config(5)). */
export function renderSlapd({ server, service, services, clients }: ServerView<AuthService>): SetupPart {
  const { base, firstId } = service;
  const guests = clients.map(({ name }) => name);
  const secret = (path: string, content: string, secrets: readonly string[]): ServiceFile => ({
    ...textFile(path, content),
    mode: 0o600,
    secrets,
  });
  const all = guests.map(accountSecrets);
  return {
    packages: ['slapd', 'ldap-utils'],
    files: [
      ...identityFiles(server.name, tls, 'openldap'),
      textFile(
        '/etc/default/slapd',
        `# StartTLS on ldap:///; ldapi:/// is for root on this machine.
SLAPD_CONF=/etc/ldap/slapd.d
SLAPD_USER=openldap
SLAPD_GROUP=openldap
SLAPD_SERVICES="ldap:/// ldapi:///"
`,
      ),
      textFile(`${folder}/config.ldif`, slapdConfig(base)),
      textFile(`${folder}/tree.ldif`, directoryEntries(base, services.domain, firstId)),
      secret(
        `${folder}/accounts.ldif`,
        accountEntries(guests, base),
        all.map(([hash]) => hash),
      ),
      secret(`${folder}/passwords.ldif`, passwordChanges(guests, base), all.flat()),
      script(`${folder}/load`, loadScript),
      script(`${folder}/fill`, fillScript),
    ],
    commands: [
      ['systemctl', 'stop', 'slapd.service'],
      [`${folder}/load`],
      ['systemctl', 'start', 'slapd.service'],
      [`${folder}/fill`],
    ],
    units: ['slapd.service'],
  };
}
