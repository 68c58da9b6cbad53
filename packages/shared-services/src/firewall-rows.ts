import {
  type AuthService,
  type DnsService,
  type ServiceName,
  type SharedServices,
  serviceNames,
} from './declaration.ts';
import { ports } from './logs/ports.ts';

/** Who has to reach whom, as rows of a policy table say it. */
export interface FirewallRow {
  /** The service that needs it. */
  readonly service: ServiceName;
  /** Machines by name. */
  readonly from: readonly string[];
  /** A machine by name, or `anywhere`. */
  readonly to: string;
  /** `ldap`, `tcp/4460` */
  readonly services: readonly string[];
  readonly comment: string;
}

const logPorts = { 'syslog-ng': ports.syslog, rsyslog: ports.relp, journald: ports.journal } as const;

/** NTS-KE, by which a client of NTS begins (RFC 8915). */
const ntsKe = 'tcp/4460';

function needed({ logs, time }: SharedServices): Record<ServiceName, readonly string[]> {
  const byLogs = new Set(logs?.clients.map(({ implementation }) => logPorts[implementation]));
  const byNts = time?.clients.some(({ implementation }) => implementation !== 'timesyncd') ?? false;
  return {
    auth: ['ldap'],
    logs: [...byLogs].map((port) => (port === ports.syslog ? 'syslog-tls' : `tcp/${port}`)),
    files: ['nfs4'],
    mail: ['smtp'],
    dns: ['dns'],
    time: byNts ? ['ntp', ntsKe] : ['ntp'],
  };
}

const what: Record<ServiceName, string> = {
  auth: 'people and groups',
  logs: 'logs',
  files: 'files',
  mail: 'mail',
  dns: 'names',
  time: 'time',
};

/** What a firewall has to open, so that clients reach their servers and servers those that they ask. */
export function firewallRows(services: SharedServices): FirewallRow[] {
  const ways = needed(services);
  const { auth, dns } = services;
  const inner = serviceNames.flatMap((name): FirewallRow[] => {
    const service = services[name];
    if (service === undefined || service.clients.length === 0) return [];
    const from = service.clients.map(({ machine }) => machine);
    return [{ service: name, from, to: service.server, services: ways[name], comment: `shared ${what[name]}` }];
  });
  const copies = [
    ...(auth ? toReplica('auth', auth, ['ldap'], 'the copy of people and groups') : []),
    ...(dns ? toReplica('dns', dns, ['dns'], 'the second server of names') : []),
  ];
  return [...inner, ...copies, ...(auth ? fromReplica(auth) : []), ...outer(services)];
}

/** Everybody but the copy itself. */
const othersThan = (replica: string | undefined, { clients }: Copied): string[] =>
  clients.flatMap(({ machine }) => (machine === replica ? [] : [machine]));

type Copied = Pick<AuthService | DnsService, 'clients' | 'replica'>;

function toReplica(service: ServiceName, copied: Copied, services: readonly string[], comment: string): FirewallRow[] {
  const { replica } = copied;
  const from = othersThan(replica, copied);
  return replica === undefined || from.length === 0 ? [] : [{ service, from, to: replica, services, comment }];
}

/** As a client it may be let in already, which a second row would only repeat. */
function fromReplica(auth: AuthService): FirewallRow[] {
  const { clients, server, replica } = auth;
  if (replica === undefined || othersThan(replica, auth).length < clients.length) return [];
  return [{ service: 'auth', from: [replica], to: server, services: ['ldap'], comment: 'copies people and groups' }];
}

function outer({ mail, dns, time }: SharedServices): FirewallRow[] {
  const way = (service: ServiceName, server: string, port: string, comment: string): FirewallRow => ({
    service,
    from: [server],
    to: 'anywhere',
    services: [port],
    comment,
  });
  const direct = mail !== undefined && mail.upstream === undefined && mail.relay.length > 0;
  return [
    ...(mail?.upstream ? [way('mail', mail.server, `tcp/${mail.upstream.port}`, 'mail to other domains')] : []),
    ...(direct ? [way('mail', mail.server, 'smtp', 'mail to other domains')] : []),
    ...(dns && dns.upstreams.length > 0
      ? [dns.server, ...(dns.replica === undefined ? [] : [dns.replica])].map((server) =>
          way('dns', server, 'dns', 'names of other domains'),
        )
      : []),
    ...(time && time.upstreams.length > 0 ? [way('time', time.server, 'ntp', 'time of others')] : []),
    ...(time?.upstreams.some(({ nts }) => nts) ? [way('time', time.server, ntsKe, 'time of others, by NTS')] : []),
  ];
}
