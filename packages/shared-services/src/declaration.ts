/** Who serves what to whom, and how: all that the files of both sides follow from. */
export interface SharedServices {
  /** DNS domain of all machines, `home.arpa`. */
  readonly domain: string;
  /** Every machine that has a name: servers, clients, and those that are only known to DNS. */
  readonly machines: readonly Machine[];
  readonly auth?: AuthService;
  readonly logs?: LogsService;
  readonly files?: FilesService;
  readonly mail?: MailService;
  readonly dns?: DnsService;
  readonly time?: TimeService;
}

export interface Machine {
  /** One DNS label. */
  readonly name: string;
  /** At least one; IPv4 and IPv6. The first one is what others are told. */
  readonly addresses: readonly string[];
  /** What it runs, Debian or what is made of it when absent; servers run nothing else. */
  readonly system?: System;
}

export type System = 'debian' | 'rhel' | 'alpine';

export const serviceNames = ['auth', 'logs', 'files', 'mail', 'dns', 'time'] as const;

export type ServiceName = (typeof serviceNames)[number];

/** The programs a guest may use for each service; the first one is the one to choose for a new guest. */
export const implementations = {
  auth: ['sssd', 'nslcd'],
  logs: ['syslog-ng', 'rsyslog', 'journald'],
  files: ['autofs', 'systemd'],
  mail: ['msmtp', 'ssmtp'],
  dns: ['resolv.conf', 'systemd-resolved'],
  time: ['chrony', 'timesyncd', 'ntpsec'],
} as const satisfies Record<ServiceName, readonly string[]>;

export type Implementation<Name extends ServiceName = ServiceName> = (typeof implementations)[Name][number];

/** A machine that uses a service, and by which program. */
export interface Client<Name extends ServiceName> {
  readonly machine: string;
  readonly implementation: Implementation<Name>;
}

interface Service<Name extends ServiceName> {
  /** The machine that serves. */
  readonly server: string;
  /** Without the server itself. */
  readonly clients: readonly Client<Name>[];
}

/** OpenLDAP: people and groups below a base, an account for each guest. */
export interface AuthService extends Service<'auth'> {
  /** `dc=home,dc=arpa` */
  readonly base: string;
  /** Numbers of people and groups in LDAP begin here; what is below is each machine's own. */
  readonly firstId: number;
  /** A machine that has a copy of the directory, which clients ask while the server is away. */
  readonly replica?: string;
}

/** Logs over TLS with certificates on both sides; one folder for each machine. */
export interface LogsService extends Service<'logs'> {
  /** Days after which the server removes a file. */
  readonly keepDays: number;
}

/** NFSv4, and nothing older. */
export interface FilesService extends Service<'files'> {
  readonly exports: readonly Export[];
}

export interface Export {
  readonly name: string;
  /** Where the server has it mounted: a file system of its own, because a client can ask for every file on it. */
  readonly path: string;
  /**
   * Serial number of the server's disk that holds it and nothing else. Absent where the server's owner mounts a file system of
   * its own there; until something is mounted, nothing is exported.
   */
  readonly disk?: string;
  /** Where clients see it. */
  readonly mount: string;
  readonly readOnly: boolean;
  /** Who may mount it; all clients when absent. */
  readonly guests?: readonly string[];
}

/** Postfix: takes mail for the domain from every client, and for elsewhere from those it lists. */
export interface MailService extends Service<'mail'> {
  readonly aliases: readonly { readonly name: string; readonly to: string }[];
  /** Clients whose mail to other domains is sent on. */
  readonly relay: readonly string[];
  /** Addresses that a client may send in the name of, besides those of its own name. */
  readonly senders?: readonly { readonly machine: string; readonly addresses: readonly string[] }[];
  /** Another mail server that takes what goes to other domains, over TLS. */
  readonly upstream?: { readonly host: string; readonly port: number; readonly user?: string };
}

/** dnsmasq: answers for the domain itself, and asks others for the rest. */
export interface DnsService extends Service<'dns'> {
  /** Addresses of the servers asked for other domains; without any, only the domain's own names have answers. */
  readonly upstreams: readonly string[];
  /** Domains, reverse ones too, of which these servers may give private addresses; of all others they are taken for an attack. */
  readonly privateZones?: readonly string[];
  /** A second machine that answers, while the server is away. */
  readonly replica?: string;
  /** Addresses for machines of the server's own LAN that come and ask. */
  readonly dhcp?: { readonly first: string; readonly last: string; readonly routes?: string };
}

/** A time server. */
export interface TimeUpstream {
  /** Its name or address; of a name with a label `pool`, several of the addresses that it has are asked. */
  readonly host: string;
  /** Whether it has to show who it is, by NTS. */
  readonly nts: boolean;
}

/** chrony: NTP, authenticated by NTS. */
export interface TimeService extends Service<'time'> {
  /** Whom the server itself asks. */
  readonly upstreams: readonly TimeUpstream[];
  /** Whether guests also read their host's clock, by the kernel's ptp_kvm. */
  readonly hostClock: boolean;
}
