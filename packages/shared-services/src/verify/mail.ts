import { tlsPaths } from '../certificates.ts';
import { parseAssignments, parseLines, parseMainCf, valuesOf } from '../formats/words.ts';
import { isAddress } from '../words.ts';
import { byAddress, contentOf, type MachineFiles, once, type Verification } from './finding.ts';
import { findServer } from './server.ts';

const mainFile = '/etc/postfix/main.cf';
const kind = { file: mainFile, certificate: tlsPaths('postfix').certificate };

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

/** Whose mail a server takes, by address. */
const clientsOf = once((server: MachineFiles) => {
  const restriction = parseMainCf(contentOf(server, mainFile) ?? '').get('smtpd_client_restrictions') ?? '';
  const listed = tables(restriction).flatMap((table) => parseLines(contentOf(server, table) ?? ''));
  const taken = listed.flatMap(({ key, value }) => (value === 'OK' ? [key.replace(/\/\d+$/, '')] : []));
  return { restriction, taken: new Set(taken) };
});

function verifyListed(client: MachineFiles, server: MachineFiles, path: string, { report }: Verification): void {
  const { restriction, taken } = clientsOf(server);
  if (client.addresses.some((address) => taken.has(address)) || !restriction.includes('reject')) return;
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

const words = (restriction = ''): string[] => restriction.split(/[\s,]+/).filter((word) => word !== '');

/** Why a client may send in the name of others: the list of restrictions ends, or lets somebody through, too early. */
function anySender(
  server: MachineFiles,
  settings: ReadonlyMap<string, string>,
  machines: readonly MachineFiles[],
): string | undefined {
  const restriction = settings.get('smtpd_sender_restrictions');
  if (words(restriction).at(-1) !== 'reject') return 'smtpd_sender_restrictions does not end with reject';
  if (words(restriction).includes('permit')) return 'smtpd_sender_restrictions has permit';
  const classes = new Set(words(settings.get('smtpd_restriction_classes')));
  const rows = tables(restriction ?? '').flatMap((table) => parseLines(contentOf(server, table) ?? ''));
  for (const { key, value } of rows) {
    if (/^(?:reject|defer|[45]\d\d)/i.test(value)) continue;
    const own = classes.has(value) ? settings.get(value) : undefined;
    if (own === undefined) return `${key} may say what it likes`;
    if (!own.startsWith('check_sender_access ') || words(own).at(-1) !== 'reject') return `${value} refuses nobody`;
    const client = byAddress(machines).get(key.replace(/\/\d+$/, ''));
    const wide = textRows(server, own).find((sender) => !isOwn(sender, client));
    if (wide !== undefined) return `${key} in that of everybody at ${wide}`;
  }
  return undefined;
}

/** What the tables of a restriction class list. */
const textRows = (server: MachineFiles, restriction: string): string[] =>
  [...restriction.matchAll(/\btexthash:([^\s,]+)/g)].flatMap(([, table = '']) =>
    parseLines(contentOf(server, table) ?? '').map(({ key }) => key),
  );

/** One mailbox, nobody's, or any of the client's own name. */
const isOwn = (sender: string, client: MachineFiles | undefined): boolean =>
  sender === '<>' || /^[^@]+@[^@]+$/.test(sender) || sender === client?.fqdn;

function verifyPostfix(server: MachineFiles, { report, machines }: Verification): void {
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
  const anybody = anySender(server, settings, machines);
  if (anybody !== undefined)
    report({
      ...finding,
      code: 'any-sender',
      message: `${server.machine} takes mail in anybody's name: ${anybody}.`,
      remedy:
        'Let smtpd_sender_restrictions end with a table of clients, each with a class of its own senders, and reject.',
    });
  if (settings.get('smtpd_tls_security_level') !== 'encrypt')
    report({
      ...finding,
      code: 'not-encrypted',
      message: `${server.machine} takes mail without encryption.`,
      remedy: 'Write smtpd_tls_security_level = encrypt.',
    });
}
