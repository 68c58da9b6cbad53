import { parseAssignments, parseLines, parseMainCf, valuesOf } from '../formats/words.ts';
import { isAddress } from '../words.ts';
import { contentOf, type MachineFiles, type Verification } from './finding.ts';
import { findServer } from './server.ts';

const mainFile = '/etc/postfix/main.cf';
const kind = { file: mainFile, certificate: '/etc/kvm/tls/machine.crt' };

export function verifyMail(verification: Verification): void {
  for (const machine of verification.machines) {
    verifyMsmtp(machine, verification);
    verifySsmtp(machine, verification);
    verifyPostfix(machine, verification);
  }
}

function verifyMsmtp(client: MachineFiles, verification: Verification): void {
  const path = '/etc/msmtprc';
  const text = contentOf(client, path);
  if (text === undefined) return;
  const lines = parseLines(text);
  const value = (key: string): string => valuesOf(lines, key).at(-1) ?? '';
  if (value('tls') !== 'on' || value('tls_certcheck') === 'off' || value('tls_trust_file') === '')
    verification.report({
      severity: 'error',
      service: 'mail',
      machine: client.machine,
      path,
      code: 'not-verified',
      message: `${client.machine} sends mail to whoever answers.`,
      remedy: 'Write `tls on` and `tls_trust_file`.',
    });
  const ca = value('tls_trust_file');
  const server = findServer({ service: 'mail', client, path, host: value('host'), ca }, kind, verification);
  if (server) verifyListed(client, server, path, verification);
}

function verifySsmtp(client: MachineFiles, verification: Verification): void {
  const path = '/etc/ssmtp/ssmtp.conf';
  const text = contentOf(client, path);
  if (text === undefined) return;
  const lines = parseAssignments(text);
  const value = (key: string): string => valuesOf(lines, key).at(-1) ?? '';
  verification.report({
    severity: 'warning',
    service: 'mail',
    machine: client.machine,
    path,
    code: 'not-verified',
    message: 'ssmtp sends on also when the server shows a wrong certificate, or one for another name.',
    remedy: 'Use msmtp, or let the firewall see to it that nobody else answers.',
  });
  const [host = ''] = value('mailhub').split(':');
  const server = findServer({ service: 'mail', client, path, host, ca: value('TLS_CA_File') }, kind, verification);
  if (server) verifyListed(client, server, path, verification);
}

/** The tables that a restriction names: `cidr:/etc/postfix/kvm-clients`. */
const tables = (restriction: string): string[] =>
  [...restriction.matchAll(/\bcidr:([^\s,]+)/g)].map(([, path = '']) => path);

function verifyListed(client: MachineFiles, server: MachineFiles, path: string, { report }: Verification): void {
  const restriction = parseMainCf(contentOf(server, mainFile) ?? '').get('smtpd_client_restrictions') ?? '';
  const listed = tables(restriction).flatMap((table) => parseLines(contentOf(server, table) ?? ''));
  const taken = listed.some(({ key, value }) => value === 'OK' && client.addresses.includes(key.replace(/\/\d+$/, '')));
  if (taken || !restriction.includes('reject')) return;
  report({
    severity: 'error',
    service: 'mail',
    machine: client.machine,
    path,
    code: 'not-allowed',
    message: `${server.machine} takes no mail of ${client.addresses.join(', ')}.`,
    remedy: `Add it to ${tables(restriction).join(', ')} of ${server.machine}.`,
  });
}

/** A row of cidr_table(5) that lets in more than one machine. */
function isWide({ key, value }: { readonly key: string; readonly value: string }): boolean {
  const [address = '', bits] = key.split('/');
  const single = isAddress(address) && (bits === undefined || bits === (address.includes(':') ? '128' : '32'));
  return !single && !/^(?:reject|defer|[45]\d\d)/i.test(value);
}

function verifyPostfix(server: MachineFiles, { report }: Verification): void {
  const text = contentOf(server, mainFile);
  if (text === undefined) return;
  const settings = parseMainCf(text);
  const finding = { severity: 'error', service: 'mail', machine: server.machine, path: mainFile } as const;
  const relay = settings.get('smtpd_relay_restrictions') ?? '';
  const [before = ''] = relay.split(/\breject_unauth_destination\b/);
  const wideRows = tables(before)
    .flatMap((table) => parseLines(contentOf(server, table) ?? ''))
    .filter(isWide);
  const wide = (settings.get('mynetworks') ?? '')
    .split(/[\s,]+/)
    .filter((network) => network !== '' && !/^(127\.|\[::1\])/.test(network));
  const whoever = before === relay || /(?:^|[\s,])permit(?:$|[\s,])/.test(before) ? ['everybody'] : [];
  const networks = relay.includes('permit_mynetworks') ? wide : [];
  const open = [...whoever, ...networks, ...wideRows.map(({ key }) => key)];
  if (open.length > 0)
    report({
      ...finding,
      code: 'open-relay',
      message: `${server.machine} sends mail to other domains on for ${open.join(', ')}.`,
      remedy:
        'Let smtpd_relay_restrictions be permit_mynetworks, a table of single addresses and reject_unauth_destination; keep mynetworks to this machine.',
    });
  if (settings.get('smtpd_tls_security_level') !== 'encrypt')
    report({
      ...finding,
      code: 'not-encrypted',
      message: `${server.machine} takes mail without encryption.`,
      remedy: 'Write smtpd_tls_security_level = encrypt.',
    });
}
