import { expect, test } from 'vitest';
import { firstOfEach, room } from '../../test/rooms.ts';
import { fillSecrets } from '../fill-secrets.ts';
import { renderServices } from '../render.ts';
import type { CertificateFacts, MachineFiles } from './finding.ts';
import { verifyServices } from './verify.ts';

const rendered = (services = room(firstOfEach)): MachineFiles[] =>
  renderServices(services).map(({ machine, files }) => ({
    machine,
    fqdn: `${machine}.${services.domain}`,
    addresses: services.machines.find(({ name }) => name === machine)?.addresses ?? [],
    files,
  }));

/** A machine's file, changed as a person might; it must hold what is replaced. */
function edited(machine: string, path: string, [from, to]: [RegExp | string, string], mode?: number): MachineFiles[] {
  let found = false;
  const machines = rendered().map((each) => ({
    ...each,
    files: each.files.map((file) => {
      if (each.machine !== machine || file.path !== path) return file;
      const content = file.content.replace(from, to);
      found = content !== file.content || mode !== undefined;
      return { ...file, content, mode: mode ?? file.mode };
    }),
  }));
  if (!found) throw new Error(`nothing to change in ${path}`);
  return machines;
}

const codes = (machines: readonly MachineFiles[]): string[] => [
  ...new Set(verifyServices({ machines }).map(({ severity, code }) => `${severity} ${code}`)),
];

test('what is rendered agrees', () => {
  expect(codes(rendered())).toEqual([]);
});

test('weak programs are told of, and are no error', () => {
  const weak = room({
    ...firstOfEach,
    auth: 'nslcd',
    logs: 'rsyslog',
    files: 'systemd',
    mail: 'ssmtp',
    time: 'timesyncd',
  });
  expect(codes(rendered(weak))).toEqual(['warning not-verified']);
});

test('a journal server that takes journals of everybody is told of', () => {
  expect(codes(rendered(room({ ...firstOfEach, logs: 'journald' })))).toEqual(['warning not-verified']);
});

test.each([
  ['web', '/etc/sssd/sssd.conf', ['ldap_tls_reqcert = demand', 'ldap_tls_reqcert = allow'], 'not-encrypted'],
  ['web', '/etc/sssd/sssd.conf', ['ldap_uri = ldap://common', 'ldap_uri = ldap://comon'], 'no-server'],
  ['web', '/etc/sssd/sssd.conf', [/search_base = .*/, 'search_base = dc=else,dc=where'], 'wrong-base'],
  ['web', '/etc/sssd/sssd.conf', ['bind_dn = cn=web', 'bind_dn = cn=wep'], 'unknown-account'],
  ['common', '/etc/kvm/ldap/config.ldif', ['olcSecurity: ssf=128', 'olcSecurity: ssf=0'], 'not-encrypted'],
  ['common', '/etc/kvm/ldap/tree.ldif', [/^cn: admins\nd/m, 'cn: staff\nd'], 'reserved-group'],
  ['web', '/etc/syslog-ng/syslog-ng.conf', ['port(6514)', 'port(514)'], 'wrong-port'],
  ['web', '/etc/syslog-ng/syslog-ng.conf', ['required-trusted', 'optional-untrusted'], 'not-encrypted'],
  ['common', '/etc/syslog-ng/syslog-ng.conf', [/\n *trusted-dn\([^)]*\)/, ''], 'any-peer'],
  ['common', '/etc/syslog-ng/syslog-ng.conf', ['"CN=web.home.arpa", ', ''], 'not-allowed'],
  ['common', '/etc/exports.d/kvm.exports', ['172.16.65.1(', '172.16.65.1 ('], 'open-export'],
  ['common', '/etc/exports.d/kvm.exports', ['172.16.65.1(', '0.0.0.0/0('], 'open-export'],
  ['common', '/etc/exports.d/kvm.exports', ['172.16.65.1(', '*.home.arpa('], 'open-export'],
  ['common', '/etc/exports.d/kvm.exports', ['172.16.65.1(', '172.16.65.7('], 'not-allowed'],
  ['common', '/etc/exports.d/kvm.exports', ['rw,', 'rw,fsid=0,'], 'fsid-root'],
  ['common', '/etc/exports.d/kvm.exports', ['root_squash', 'no_root_squash'], 'root-not-squashed'],
  ['common', '/etc/exports.d/kvm.exports', [',mountpoint', ''], 'not-a-volume'],
  ['common', '/etc/exports.d/kvm.exports', [',mountpoint', ',mountpoint=/srv'], 'not-a-volume'],
  ['common', '/etc/exports.d/kvm.exports', [',mountpoint', ',mp,crossmnt'], 'open-export'],
  ['common', '/etc/exports.d/kvm.exports', [',mountpoint', ',mp,nohide'], 'open-export'],
  ['common', '/etc/exports.d/kvm.exports', ['/srv/nfs/home', '/etc'], 'system-folder'],
  ['web', '/etc/auto.kvm', ['/nfs/home ', '/etc '], 'system-folder'],
  ['web', '/etc/auto.kvm', ['/srv/nfs/home', '/srv/nfs/hme'], 'not-allowed'],
  ['common', '/etc/postfix/main.cf', [', reject_unauth_destination', ''], 'open-relay'],
  ['common', '/etc/postfix/main.cf', ['127.0.0.0/8', '172.16.0.0/12'], 'open-relay'],
  ['common', '/etc/postfix/main.cf', ['smtpd_relay_restrictions = ', '$&permit, '], 'open-relay'],
  ['common', '/etc/postfix/kvm-relay', [/$/, '0.0.0.0/0 OK\n'], 'open-relay'],
  ['common', '/etc/postfix/main.cf', ['kvm-senders, reject', 'kvm-senders'], 'any-sender'],
  ['common', '/etc/postfix/main.cf', ['check_client_access cidr:/etc/postfix/kvm-senders', 'permit'], 'any-sender'],
  ['common', '/etc/postfix/main.cf', [/kvm-from-web, .*/, 'kvm-from-web'], 'any-sender'],
  ['common', '/etc/postfix/kvm-senders', ['kvm_from_web', 'OK'], 'any-sender'],
  ['common', '/etc/postfix/kvm-from-web', [/$/, 'boss@ OK\n'], 'any-sender'],
  ['common', '/etc/postfix/kvm-from-web', [/$/, 'home.arpa OK\n'], 'any-sender'],
  ['common', '/etc/postfix/main.cf', ['= encrypt', '= may'], 'not-encrypted'],
  ['common', '/etc/postfix/kvm-clients', ['172.16.65.1', '172.16.65.2'], 'not-allowed'],
  ['web', '/etc/msmtprc', ['tls on', 'tls off'], 'not-verified'],
  ['web', '/etc/resolv.conf', ['172.16.60.1', '172.16.60.2'], 'no-server'],
  ['common', '/etc/chrony/chrony.conf', ['allow 172.16.65.1', 'allow 172.16.65.2'], 'not-allowed'],
  ['common', '/etc/chrony/chrony.conf', [/ntsserverkey.*/, ''], 'not-encrypted'],
  ['web', '/etc/chrony/chrony.conf', [' nts\n', '\n'], 'not-verified'],
  ['common', '/etc/postfix/main.cf', ['postfix.key', 'slapd.key'], 'shared-key'],
  ['common', '/etc/postfix/main.cf', ['postfix.key', 'smtp.key'], 'missing-file'],
] as const)('%s: %s with %j is %s', (machine, path, [from, to], code) => {
  expect(codes(edited(machine, path, [from, to]))).toContain(`error ${code}`);
});

test('a copy of the directory is a server to the clients, and a client itself', () => {
  const { auth, ...others } = room(firstOfEach);
  const copied = rendered({ ...others, ...(auth && { auth: { ...auth, replica: 'db' } }) });
  expect(codes(copied)).toEqual([]);
  const withCopy = (from: string, to: string): MachineFiles[] =>
    copied.map((each) => ({
      ...each,
      files: each.files.map((file) => ({ ...file, content: file.content.replace(from, to) })),
    }));
  const readable = copied.map((each) => ({
    ...each,
    files: each.files.map((file) => (file.path === '/etc/kvm/ldap/config.ldif' ? { ...file, mode: 0o644 } : file)),
  }));
  expect(codes(readable)).toEqual(['error open-file']);
  expect(codes(withCopy('provider=ldap://common.', 'provider=ldap://comon.'))).toEqual(['error no-server']);
  expect(codes(withCopy('binddn="cn=db', 'binddn="cn=nobody'))).toEqual(['error unknown-account']);
  expect(codes(withCopy('starttls=critical', 'starttls=yes'))).toEqual(['error not-encrypted']);
  expect(codes(withCopy(', ldap://db', ', ldap://web'))).toEqual(['error no-server']);
});

test('a password that others may read is found', () => {
  expect(codes(edited('web', '/etc/sssd/sssd.conf', ['', ''], 0o644))).toEqual(['error open-file']);
});

test('a certificate of another authority, or for another name, is found', () => {
  const of = (facts: Partial<CertificateFacts>) => [
    ...new Set(
      verifyServices({
        machines: rendered(),
        readCertificate: () => ({
          names: ['common.home.arpa'],
          trusted: true,
          current: true,
          daysLeft: 700,
          fits: () => true,
          ...facts,
        }),
      }).map(({ code }) => code),
    ),
  ];
  expect(of({})).toEqual([]);
  expect(of({ trusted: false })).toEqual(['wrong-authority']);
  expect(of({ names: ['other.home.arpa'] })).toEqual(['wrong-name']);
  expect(of({ current: false })).toEqual(['expired']);
  expect(of({ fits: () => false })).toEqual(['wrong-key']);
});

test('a client that shows a foreign certificate is found, with either program for logs', () => {
  for (const logs of ['syslog-ng', 'rsyslog'] as const) {
    const machines = rendered(room({ ...firstOfEach, logs })).map((each) => ({
      ...each,
      files: each.files.map((file) =>
        each.machine === 'web' && file.path === `/etc/kvm/tls/${logs}.crt` ? { ...file, content: 'foreign' } : file,
      ),
    }));
    const found = verifyServices({
      machines,
      readCertificate: (certificate) => ({
        names: ['common.home.arpa'],
        trusted: certificate !== 'foreign',
        current: true,
        daysLeft: 700,
        fits: () => true,
      }),
    });
    expect(found.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      `wrong-authority: /etc/kvm/tls/ca.crt of common has not signed /etc/kvm/tls/${logs}.crt of web.`,
    ]);
  }
});

test.each([
  [700, []],
  [170, ['warning ends-soon']],
  [29, ['error ends-soon']],
  [-1, ['error expired']],
])('an authority that ends in %d days, before anybody else notices', (daysLeft, expected) => {
  const machines = rendered().map((each) => ({
    ...each,
    files: each.files.map((file) => ({
      ...file,
      content: file.path.endsWith('ca.crt')
        ? '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n'
        : file.content,
    })),
  }));
  const facts = { names: ['common.home.arpa'], trusted: true, current: true, fits: () => true };
  const found = verifyServices({ machines, readCertificate: () => ({ ...facts, daysLeft }) });
  expect(found.map(({ severity, code }) => `${severity} ${code}`)).toEqual(expected);
});

test("a password that is not the directory's is found, by each program and by a copy", () => {
  const { auth, ...others } = room({ ...firstOfEach, auth: 'nslcd' });
  const copied = { ...others, ...(auth && { auth: { ...auth, replica: 'db' } }) };
  for (const services of [room(firstOfEach), copied]) {
    const machines = renderServices(services).map(({ machine, files }) => ({
      machine,
      fqdn: `${machine}.home.arpa`,
      addresses: services.machines.find(({ name }) => name === machine)?.addresses ?? [],
      files: files.map((file) => fillSecrets(file, (name) => (name.endsWith('.change') ? 'replace' : name))),
    }));
    const found = (fits: (password: string, hash: string) => boolean) =>
      verifyServices({ machines, passwordFits: fits }).map(({ code, machine }) => `${code} ${machine}`);
    expect(found((password, hash) => hash === `${password}.hash`)).toEqual([]);
    // While a password changes, the directory has two.
    expect(found((password, hash) => hash === `${password}.other`)).toEqual([]);
    expect(new Set(found((password, hash) => password !== 'bind/web' && hash === `${password}.hash`))).toEqual(
      new Set(['wrong-password web']),
    );
  }
});

test('two lines may export one folder', () => {
  const machines = edited('common', '/etc/exports.d/kvm.exports', [/^(\S+) (\S+) (\S+)$/m, '$1 $2\n$1 $3']);
  expect(codes(machines)).toEqual([]);
});
