import { identityFiles, tlsPaths } from '../certificates.ts';
import type { MailService } from '../declaration.ts';
import { type ServiceFile, type SetupPart, secretSlot, textFile } from '../machine-setup.ts';
import type { Party, ServerView } from '../room.ts';

const tls = tlsPaths('postfix');
const clientsTable = '/etc/postfix/kvm-clients';
const sendersTable = '/etc/postfix/kvm-senders';
const machinesTable = '/etc/postfix/kvm-machines';
const relayTable = '/etc/postfix/kvm-relay';
const passwordTable = '/etc/postfix/kvm-upstream';

/** cidr_table(5): addresses, each with what becomes of it. */
const table = (comment: string, parties: readonly Party[], action: (party: Party) => string): string =>
  `# ${comment}\n${parties
    .flatMap((party) =>
      party.addresses.map((address) => `${address}${address.includes(':') ? '/128' : '/32'} ${action(party)}\n`),
    )
    .join('')}`;

const ok = (): string => 'OK';

/** The restriction class (postconf(5)) of a client's senders. Names of machines have no underscores. */
const senderClass = ({ name }: Party): string => `kvm_from_${name.replaceAll('-', '_')}`;
const senderTable = ({ name }: Party): string => `/etc/postfix/kvm-from-${name}`;

/** access(5): the addresses of its own name, more when they are declared, and nobody's, which a bounce comes from. */
const senders = (client: Party, { senders: declared = [] }: MailService): ServiceFile => {
  const more = declared.flatMap(({ machine, addresses }) => (machine === client.name ? addresses : []));
  const rows = [client.fqdn, '<>', ...more].map((sender) => `${sender} OK\n`);
  return textFile(senderTable(client), `# In whose name ${client.name} may send.\n${rows.join('')}`);
};

/** Says what is wrong; a bare `reject` would speak of the client. */
const notYours = 'check_sender_access static:{REJECT not in the name of this machine}';

const senderSettings = (clients: readonly Party[]): string => {
  const classes = clients.map(
    (each) => `${senderClass(each)} = check_sender_access texthash:${senderTable(each)}, ${notYours}, reject\n`,
  );
  return `smtpd_restriction_classes = ${clients.map(senderClass).join(', ')}\n${classes.join('')}`;
};

function upstreamSettings({ upstream }: MailService): string {
  if (upstream === undefined) return 'relayhost =\nsmtp_tls_security_level = may\n';
  const login =
    upstream.user === undefined
      ? ''
      : `smtp_sasl_auth_enable = yes
smtp_sasl_password_maps = texthash:${passwordTable}
smtp_sasl_security_options = noanonymous
`;
  return `relayhost = [${upstream.host}]:${upstream.port}
smtp_tls_security_level = secure
smtp_tls_CAfile = /etc/ssl/certs/ca-certificates.crt
${upstream.port === 465 ? 'smtp_tls_wrappermode = yes\n' : ''}${login}`;
}

function upstreamPassword({ upstream }: MailService): ServiceFile[] {
  if (upstream?.user === undefined) return [];
  const secret = 'mail-upstream.password';
  const content = `[${upstream.host}]:${upstream.port} ${upstream.user}:${secretSlot(secret)}\n`;
  return [{ ...textFile(passwordTable, content), mode: 0o600, secrets: [secret] }];
}

/**
 * Mail without a person: those whom RFC 2142 wants, and root, whose mail is nobody's until an alias says whose. Without
 * colons, unlike aliases(5): texthash (postmap(1)) takes them for a part of the name.
 */
function aliases({ aliases: own }: MailService): string {
  const usual = [
    { name: 'postmaster', to: 'root' },
    { name: 'abuse', to: 'root' },
    { name: 'root', to: '/var/mail/kvm-root' },
  ].filter(({ name }) => !own.some((alias) => alias.name === name));
  return `# Who gets what; it is read at once.\n${[...usual, ...own].map(({ name, to }) => `${name} ${to}\n`).join('')}`;
}

/** virtual(5): clients take no mail themselves; what is for their accounts, and comes back from elsewhere, is root's, as msmtp has it. */
const machines = (clients: readonly Party[], domain: string): string =>
  `# Mail to machines' own accounts.\n${clients.map(({ fqdn }) => `@${fqdn} root@${domain}\n`).join('')}`;

/** logrotate(8): Postfix writes to another file after a reload. Letters to root that nobody has read for a year go. */
const rotation = textFile(
  '/etc/logrotate.d/kvm-mail',
  `/var/log/postfix.log {
  weekly
  rotate 8
  missingok
  notifempty
  nocreate
  compress
  delaycompress
  postrotate
    postfix status 2>/dev/null && postfix reload 2>/dev/null || true
  endscript
}

/var/mail/kvm-root {
  su root mail
  monthly
  rotate 12
  missingok
  notifempty
  compress
  create 0600 nobody mail
}
`,
);

/** Postfix (postconf(5)): encrypted only, from listed clients only, each in its own name, and to elsewhere from fewer still. */
export function renderPostfix({ server, service, services, clients }: ServerView<MailService>): readonly SetupPart[] {
  const relaying = clients.filter(({ name }) => service.relay.includes(name));
  const postfix: SetupPart = {
    packages: [
      ...(service.upstream === undefined ? [] : ['ca-certificates', 'libsasl2-modules']),
      'logrotate',
      'postfix',
    ],
    files: [
      ...identityFiles(server.name, tls, 'root'),
      textFile(
        '/etc/postfix/main.cf',
        `# Takes the clients' mail. Who may send is in ${clientsTable}, in whose name in ${sendersTable}, who may send elsewhere in
# ${relayTable}.
compatibility_level = 3.6
myhostname = ${server.fqdn}
mydomain = ${services.domain}
myorigin = $mydomain
mydestination = $myhostname, $mydomain, localhost
virtual_alias_domains = ${clients.map(({ fqdn }) => fqdn).join(' ')}
virtual_alias_maps = texthash:${machinesTable}
mynetworks = 127.0.0.0/8 [::1]/128
inet_interfaces = all
alias_maps = texthash:/etc/kvm/mail/aliases
alias_database =
local_recipient_maps = proxy:unix:passwd.byname $alias_maps
mailbox_size_limit = 0
recipient_delimiter = +
disable_vrfy_command = yes
smtpd_banner = $myhostname ESMTP
smtpd_helo_required = yes
smtpd_tls_cert_file = ${tls.certificate}
smtpd_tls_key_file = ${tls.key}
smtpd_tls_CAfile = ${tls.ca}
smtpd_tls_security_level = encrypt
smtpd_tls_loglevel = 1
smtpd_client_restrictions = permit_mynetworks, check_client_access cidr:${clientsTable}, reject
smtpd_relay_restrictions = permit_mynetworks, check_client_access cidr:${relayTable}, reject_unauth_destination
smtpd_sender_restrictions = permit_mynetworks, reject_non_fqdn_sender, check_client_access cidr:${sendersTable}, reject
${senderSettings(clients)}${upstreamSettings(service)}maillog_file = /var/log/postfix.log
`,
      ),
      textFile(clientsTable, table('Who may send mail.', clients, ok)),
      textFile(sendersTable, table('Whose senders are listed where.', clients, senderClass)),
      ...clients.map((client) => senders(client, service)),
      textFile(machinesTable, machines(clients, services.domain)),
      textFile(relayTable, table('Who may send mail to other domains.', relaying, ok)),
      textFile('/etc/kvm/mail/aliases', aliases(service)),
      ...upstreamPassword(service),
    ],
    commands: [
      ['sh', '-c', 'test -e /var/mail/kvm-root || install -o nobody -g mail -m 0600 /dev/null /var/mail/kvm-root'],
    ],
    units: ['postfix.service'],
  };
  return [postfix, { files: [rotation] }];
}
