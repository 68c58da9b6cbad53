import { tlsPaths } from '../certificates.ts';
import { parseIni } from '../formats/ini.ts';
import { firstValue, type LdifEntry, parseLdif } from '../formats/ldif.ts';
import { parseLines, valuesOf } from '../formats/words.ts';
import { contentOf, type MachineFiles, once, type Verification } from './finding.ts';
import { findServer } from './server.ts';

/** Groups that Debian's base-passwd has on every machine: one of the same name in LDAP never gets its turn. */
const localGroups = new Set(
  'root daemon bin sys adm tty disk lp mail news uucp man proxy kmem dialout fax voice cdrom floppy tape sudo audio dip www-data backup operator list irc src shadow utmp video sasl plugdev staff games users nogroup'.split(
    ' ',
  ),
);

interface Account {
  readonly path: string;
  readonly uris: readonly string[];
  readonly base: string;
  readonly bindDn: string;
  readonly ca: string;
  readonly encrypted: boolean;
  readonly password: string;
}

function sssdAccount(machine: MachineFiles): Account | undefined {
  const path = '/etc/sssd/sssd.conf';
  const sections = parseIni(contentOf(machine, path) ?? '');
  const domain = [...sections].find(([name]) => name.startsWith('domain/'))?.[1];
  if (domain === undefined) return undefined;
  const value = (key: string): string => domain.get(key) ?? '';
  return {
    path,
    uris: value('ldap_uri').split(/[,\s]+/),
    base: value('ldap_search_base'),
    bindDn: value('ldap_default_bind_dn'),
    ca: value('ldap_tls_cacert'),
    encrypted: value('ldap_id_use_start_tls') === 'true' && value('ldap_tls_reqcert') === 'demand',
    password: value('ldap_default_authtok'),
  };
}

function nslcdAccount(machine: MachineFiles): Account | undefined {
  const path = '/etc/nslcd.conf';
  const text = contentOf(machine, path);
  if (text === undefined || /^uri ldapi:/m.test(text)) return undefined; // the directory's own server
  const lines = parseLines(text);
  const value = (key: string): string => valuesOf(lines, key)[0] ?? '';
  // The first `base` is the general one; those of a map name it first.
  return {
    path,
    uris: valuesOf(lines, 'uri').flatMap((uris) => uris.split(/\s+/)),
    base: value('base'),
    bindDn: value('binddn'),
    ca: value('tls_cacertfile'),
    encrypted: value('ssl') === 'start_tls' && value('tls_reqcert') === 'demand',
    password: value('bindpw'),
  };
}

const directory = { file: '/etc/kvm/ldap/config.ldif', certificate: tlsPaths('slapd').certificate };

/** A server that copies another one is its client. */
function copiedAccount(machine: MachineFiles): Account | undefined {
  const path = directory.file;
  const entries = parseLdif(contentOf(machine, path) ?? '');
  const words = entries.flatMap((entry) => entry.get('olcsyncrepl') ?? [])[0];
  if (words === undefined) return undefined;
  const value = (key: string): string =>
    new RegExp(`\\b${key}=(?:"([^"]*)"|(\\S+))`).exec(words)?.slice(1).join('') ?? '';
  return {
    path,
    uris: [value('provider')],
    base: value('searchbase'),
    bindDn: value('binddn'),
    ca: value('tls_cacert'),
    encrypted: value('starttls') === 'critical' && value('tls_reqcert') === 'demand',
    password: value('credentials'),
  };
}

export function verifyAuth(verification: Verification): void {
  for (const client of verification.machines)
    for (const account of [sssdAccount(client), nslcdAccount(client), copiedAccount(client)])
      if (account !== undefined) verifyAccount(client, account, verification);
  for (const server of verification.machines) verifyDirectory(server, verification);
}

function verifyAccount(client: MachineFiles, account: Account, verification: Verification): void {
  for (const uri of account.uris.length === 0 ? [''] : account.uris) verifyContact(client, uri, account, verification);
}

const suffixesOf = once((server: MachineFiles) =>
  parseLdif(contentOf(server, directory.file) ?? '').flatMap((entry) => entry.get('olcsuffix') ?? []),
);

/** The accounts that a server has, each with its passwords' hashes; undefined when it has no list of them. */
const accountsOf = once((server: MachineFiles): ReadonlyMap<string, readonly string[]> | undefined => {
  const accounts = contentOf(server, '/etc/kvm/ldap/accounts.ldif');
  if (accounts === undefined) return undefined;
  const hashes = new Map(parseLdif(accounts).map((each) => [firstValue(each, 'dn') ?? '', passwordsOf(each)]));
  for (const each of parseLdif(contentOf(server, '/etc/kvm/ldap/passwords.ldif') ?? ''))
    hashes.get(firstValue(each, 'dn') ?? '')?.push(...passwordsOf(each));
  return hashes;
});

const passwordsOf = (entry: LdifEntry): string[] => [...(entry.get('userpassword') ?? [])];

function verifyContact(
  client: MachineFiles,
  uri: string,
  { path, base, bindDn, ca, encrypted, password }: Account,
  verification: Verification,
): void {
  const finding = { severity: 'error', service: 'auth', machine: client.machine, path } as const;
  const { report } = verification;
  const [, scheme = '', host = ''] = /^(ldaps?):\/\/([^/:]*)/.exec(uri) ?? [];
  if (scheme !== 'ldaps' && !encrypted)
    report({
      ...finding,
      code: 'not-encrypted',
      message: `${client.machine} does not insist on StartTLS with a certificate that it knows.`,
      remedy: 'Demand both.',
    });
  const server = findServer({ service: 'auth', client, path, host, ca }, directory, verification);
  if (server === undefined) return;
  const suffixes = suffixesOf(server);
  if (!suffixes.some((suffix) => base === suffix || base.endsWith(`,${suffix}`)))
    report({
      ...finding,
      code: 'wrong-base',
      message: `${client.machine} searches ${base}, but ${server.machine} has ${suffixes.join(', ')}.`,
      remedy: 'Use the base of the server.',
    });
  const accounts = accountsOf(server);
  // A copy has none of its own: it has those of the server that it copies.
  if (accounts === undefined) return;
  const hashes = accounts.get(bindDn);
  if (hashes === undefined)
    report({
      ...finding,
      code: 'unknown-account',
      message: `${server.machine} has no account ${bindDn} for ${client.machine}.`,
      remedy: 'Add it to accounts.ldif, or use the account of this guest.',
    });
  const { passwordFits } = verification;
  if (passwordFits && hashes !== undefined && hashes.length > 0 && !hashes.some((hash) => passwordFits(password, hash)))
    report({
      ...finding,
      code: 'wrong-password',
      message: `${server.machine} has another password of ${bindDn} than ${client.machine}.`,
      remedy: '`kvmctl services render` gives both; roll them out together.',
    });
}

function verifyDirectory(server: MachineFiles, { report }: Verification): void {
  const path = '/etc/kvm/ldap/config.ldif';
  const text = contentOf(server, path);
  if (text === undefined) return;
  const finding = { severity: 'error', service: 'auth', machine: server.machine } as const;
  const [config] = parseLdif(text);
  const ssf = Number(/\bssf=(\d+)/.exec(firstValue(config, 'olcSecurity') ?? '')?.[1] ?? 0);
  if (ssf < 128)
    report({
      ...finding,
      path,
      code: 'not-encrypted',
      message: `${server.machine} takes passwords without encryption.`,
      remedy: 'Write olcSecurity: ssf=128.',
    });
  for (const entry of parseLdif(contentOf(server, '/etc/kvm/ldap/tree.ldif') ?? '')) {
    const name = firstValue(entry, 'cn') ?? '';
    if (!entry.get('objectclass')?.includes('posixGroup') || !localGroups.has(name)) continue;
    report({
      ...finding,
      path: '/etc/kvm/ldap/tree.ldif',
      code: 'reserved-group',
      message: `Every machine has a group ${name} of its own, which wins over that of the directory.`,
      remedy: 'Rename it.',
    });
  }
}
