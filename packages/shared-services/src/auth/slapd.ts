import { identityFiles, tlsPaths } from '../certificates.ts';
import type { AuthService } from '../declaration.ts';
import {
  OURS,
  REPLACED,
  type ServiceFile,
  type SetupPart,
  scriptFile,
  secretSlot,
  textFile,
} from '../machine-setup.ts';
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
import { renderNamesOfPeople } from './nslcd.ts';
import { type Replication, slapdConfig } from './slapd-config.ts';

const tls = tlsPaths('slapd');

const folder = '/etc/kvm/ldap';

/** Lines `DN<TAB>attribute: value` of a cn=config, sorted, without what slapd notes about each entry by itself. */
const linesFunction = `lines() {
  slapcat -n 0 -o ldif-wrap=no -F "$1" |
    grep -vE '^(structuralObjectClass|entryUUID|creatorsName|createTimestamp|entryCSN|modifiersName|modifyTimestamp|contextCSN):' |
    awk '/^dn: / { dn = substr($0, 5); next } NF { print dn "\\t" $0 }' | sort
}`;

/**
 * Loads the configuration into slapd's own form, aside, and puts it in place only when slapd takes all of it: what is refused
 * leaves slapd running as it is. The data is not touched; slapadd wants its folder to be there. What was in place before is
 * kept as a copy, when somebody has changed it by hand.
 */
const loadScript = `#!/bin/sh
# Run as root; safe to run again. Where systemd runs, slapd is stopped for the moment of the change, and started.
# With the word remove, slapd has no configuration any more; its data stays.
set -eu
systemd() { [ ! -d /run/systemd/system ] || systemctl "$@" slapd.service; }
${linesFunction}
loaded=/var/lib/ldap/kvm-config.sha256
keep_changed() {
  [ -e /etc/ldap/slapd.d/cn=config.ldif ] || return 0
  sum=$(lines /etc/ldap/slapd.d | sha256sum)
  [ "$sum" != "$(cat "$loaded" 2>/dev/null)" ] || return 0
  kept=${REPLACED}/etc/ldap/slapd.d number=1
  while [ -e "$kept.$number" ]; do number=$((number + 1)); done
  (umask 022; mkdir -p ${OURS}; umask 077; mkdir -p "\${kept%/*}")
  cp -a /etc/ldap/slapd.d "$kept.$number"
}
if [ "\${1:-}" = remove ]; then
  systemd stop
  keep_changed
  rm -rf /etc/ldap/slapd.d "$loaded"
  exit
fi
new=/etc/ldap/slapd.d.kvm
rm -rf "$new"
install -d -m 0700 "$new"
install -d -m 0700 -o openldap -g openldap /var/lib/ldap/kvm
slapadd -n 0 -F "$new" -l ${folder}/config.ldif
chown -R openldap:openldap "$new"
keep_changed
systemd stop
rm -rf /etc/ldap/slapd.d
mv "$new" /etc/ldap/slapd.d
lines /etc/ldap/slapd.d | sha256sum >"$loaded"
systemd start
`;

/** What slapd runs with is what was loaded, until somebody changes it by LDAP. */
const changesScript = `#!/bin/sh
# Prints what was changed by hand in cn=config since config.ldif was loaded, without the values. Run as root; changes nothing.
set -eu
aside=$(mktemp -d /run/kvm-ldap.XXXXXX)
trap 'rm -rf "$aside"' EXIT
${linesFunction}
mkdir "$aside/slapd.d"
slapadd -n 0 -F "$aside/slapd.d" -l ${folder}/config.ldif
lines "$aside/slapd.d" >"$aside/loaded"
lines /etc/ldap/slapd.d >"$aside/live"
awk -F '\\t' -v OFS= '
  FNR == 1 { file++ }
  file == 1 { was[$0]; entry[$1]; next }
  { is[$0]; live[$1] }
  END {
    for (line in is) if (!(line in was)) tell(line)
    for (line in was) if (!(line in is)) tell(line)
  }
  function tell(line, part) {
    split(line, part, "\\t")
    sub(/:.*/, "", part[2])
    if (!(part[1] in entry)) print "cn=config: somebody has added ", part[1]
    else if (!(part[1] in live)) print "cn=config: somebody has removed ", part[1]
    else print "cn=config: somebody has changed ", part[2], " of ", part[1]
  }' "$aside/loaded" "$aside/live" | sort -u
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
  scriptFile(`${folder}/load`, loadScript),
  scriptFile(`${folder}/changes`, changesScript),
];

const load = [`${folder}/load`];
const fill = [`${folder}/fill`];

/** What slapd itself reads; its commands start it anew. */
const daemon = (machine: string, config: ServiceFile): SetupPart => ({
  packages: ['slapd', 'ldap-utils'],
  files: [...daemonFiles(machine), config],
  commands: [load],
  started: ['slapd.service'],
  check: [`${folder}/changes`],
  undo: [`${folder}/load`, 'remove'],
});

/** OpenLDAP with its configuration in cn=config (slapd-config(5)). */
export function renderSlapd({ server, service, services }: ServerView<AuthService>): readonly SetupPart[] {
  const { base, firstId, replica } = service;
  const holders = accountHolders(service);
  const all = holders.map(accountSecrets);
  const replication: Replication =
    replica === undefined ? { kind: 'none' } : { kind: 'provider', account: guestAccount(replica, base) };
  const slapd = daemon(server.name, textFile(`${folder}/config.ldif`, slapdConfig(base, replication)));
  const tree: SetupPart = {
    files: [
      textFile(`${folder}/tree.ldif`, directoryEntries(base, services.domain, firstId)),
      textFile(`${folder}/policies.ldif`, policyChanges(base)),
      secretFile(
        `${folder}/accounts.ldif`,
        accountEntries(holders, base),
        all.map(([hash]) => hash),
      ),
      secretFile(`${folder}/passwords.ldif`, passwordChanges(holders, base), all.flat()),
      scriptFile(`${folder}/fill`, fillScript(base)),
    ],
    commands: [fill],
  };
  // What a new configuration indexes or limits is filled anew with it.
  const names = services.mail?.server === server.name ? [renderNamesOfPeople(service)] : [];
  return [{ ...slapd, commands: [load, fill] }, tree, ...names];
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
  return daemon(replica.name, secretFile(`${folder}/config.ldif`, config, [secret]));
}
