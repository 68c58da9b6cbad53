import type { CallOptions } from './caller.ts';
import { type Domain, domainOf } from './domain.ts';
import type { DomainEvent, DomainEventKind } from './domain-event.ts';
import type { EventsOptions } from './event-hub.ts';
import type { DomainEvents } from './event-queue.ts';
import type { Link } from './link.ts';
import {
  connectGetLibVersion,
  connectGetVersion,
  connectListAllDomains,
  domainCreateXml,
  domainDefineXmlFlags,
  domainLookupByName,
  domainLookupByUuid,
  domainRestoreFlags,
} from './procedures/connection.ts';
import {
  connectGetAllDomainStats,
  connectGetCapabilities,
  connectGetDomainCapabilities,
  connectGetHostname,
  connectListAllNetworks,
  connectListAllStoragePools,
  type EmulatorChoice,
  nodeGetInfo,
} from './procedures/host.ts';
import { type DomainStats, readStats } from './stats.ts';
import { networkOf, type StoragePool, storagePoolOf, type VirtualNetwork } from './storage.ts';

/** The host that libvirtd runs on. */
export interface NodeInfo {
  /** `x86_64` */
  readonly model: string;
  readonly memoryKiB: number;
  /** Processors that run. */
  readonly cpus: number;
  readonly mhz: number;
  readonly numaNodes: number;
  readonly socketsPerNode: number;
  readonly coresPerSocket: number;
  readonly threadsPerCore: number;
}

export interface ListDomainsOptions extends CallOptions {
  /** Those that run: `true` alone lists only them, `false` leaves them out. */
  readonly active?: boolean;
  /** Those that do not run: `true` alone lists only them, `false` leaves them out. */
  readonly inactive?: boolean;
  /** Those with a definition that outlives them: `true` lists only them, `false` only those without. */
  readonly persistent?: boolean;
  /** Those that start with libvirtd: `true` lists only them, `false` only the others. */
  readonly autostart?: boolean;
  /** Those whose memory is kept for their next start: `true` lists only them, `false` only the others. */
  readonly managedSave?: boolean;
  /** Those with snapshots: `true` lists only them, `false` only the others. */
  readonly snapshots?: boolean;
  /** Those with checkpoints: `true` lists only them, `false` only the others. */
  readonly checkpoints?: boolean;
}

export interface StatsOptions extends ListDomainsOptions {
  /**
   * Of a guest that something else is being done to, or that hangs, tells only what can be told at once
   * (VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT, since libvirt 4.5); else that guest holds back the answer for all.
   */
  readonly nowait?: boolean;
  /** Only of these (virDomainListGetStats), whatever state they are in. */
  readonly domains?: readonly Domain[];
}

export interface DefineOptions extends CallOptions {
  /** Also checks the XML against libvirt's schema, which rejects elements it does not know instead of ignoring them. */
  readonly validate?: boolean;
}

/**
 * An open connection to one libvirtd. Calls need not wait for each other: libvirtd works on five at a time, in any
 * order. Every method rejects with a LibvirtError.
 */
export interface Connection extends AsyncDisposable {
  /** All domains, or those that run, or those that do not (virConnectListAllDomains), in no order. */
  listDomains(options?: ListDomainsOptions): Promise<Domain[]>;
  /** @throws LibvirtError VIR_ERR_NO_DOMAIN */
  domain(name: string, options?: CallOptions): Promise<Domain>;
  /** @throws LibvirtError VIR_ERR_NO_DOMAIN; INVALID_ARGUMENT when it is no UUID */
  domainByUuid(uuid: string, options?: CallOptions): Promise<Domain>;
  /** Stores a definition, new or in place of the one with the same name and UUID (virDomainDefineXMLFlags). */
  defineDomain(xml: string, options?: DefineOptions): Promise<Domain>;
  /**
   * What happens to domains, of one kind or several. libvirtd knows of the subscription when this resolves.
   *
   * ```ts
   * for await (const { domain, event, detail } of await connection.events('lifecycle'))
   *   console.log(domain.name, event, detail); // public started booted
   * ```
   */
  events<Kind extends DomainEventKind>(
    kinds: Kind | readonly Kind[],
    options?: EventsOptions,
  ): Promise<DomainEvents<Extract<DomainEvent, { kind: Kind }>>>;
  /** The hypervisor's version, such as `7.2.22` for QEMU. */
  version(options?: CallOptions): Promise<string>;
  /** libvirtd's own version, such as `9.0.0`. */
  libVersion(options?: CallOptions): Promise<string>;
  /** What every domain uses, in one call (virConnectGetAllDomainStats). */
  stats(options?: StatsOptions): Promise<DomainStats[]>;
  /** Starts a guest that is forgotten when it stops (virDomainCreateXML). */
  createDomain(xml: string, options?: DefineOptions): Promise<Domain>;
  /** Starts the guest that `save` put into a file on the host. */
  restoreDomain(path: string, options?: CallOptions): Promise<void>;
  hostname(options?: CallOptions): Promise<string>;
  nodeInfo(options?: CallOptions): Promise<NodeInfo>;
  /** The host and its guests' kinds, as libvirt's XML (virConnectGetCapabilities). */
  capabilities(options?: CallOptions): Promise<string>;
  /** What one emulator can do, as libvirt's XML (virConnectGetDomainCapabilities). */
  domainCapabilities(options?: EmulatorChoice & CallOptions): Promise<string>;
  storagePools(options?: CallOptions): Promise<StoragePool[]>;
  /** libvirt's own networks. */
  networks(options?: CallOptions): Promise<VirtualNetwork[]>;
  /** Ends the connection; calls still pending are rejected with CLOSED. Never rejects. */
  close(): Promise<void>;
}

/** VIR_CONNECT_LIST_DOMAINS_ACTIVE and _INACTIVE. */
const listFlags = { active: 1, inactive: 2 } as const;
/** What lists those that have something, and what those that have not: more of virConnectListAllDomainsFlags. */
const listFilters = {
  /** _PERSISTENT, _TRANSIENT */
  persistent: [4, 8],
  /** _MANAGEDSAVE, _NO_MANAGEDSAVE */
  managedSave: [256, 512],
  /** _AUTOSTART, _NO_AUTOSTART */
  autostart: [1024, 2048],
  /** _HAS_SNAPSHOT, _NO_SNAPSHOT */
  snapshots: [4096, 8192],
  /** _HAS_CHECKPOINT, _NO_CHECKPOINT */
  checkpoints: [16_384, 32_768],
} as const;
/** VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT. */
const statsNowait = 2 ** 29;
/** VIR_DOMAIN_DEFINE_VALIDATE. */
const defineValidate = 1;
/** VIR_DOMAIN_START_VALIDATE. */
const createValidate = 16;

/** 0 when none is wanted, which to libvirt means all. */
function listFlagsOf({ active, inactive, ...filters }: ListDomainsOptions): number {
  const states = ((active ?? !inactive) ? listFlags.active : 0) | ((inactive ?? !active) ? listFlags.inactive : 0);
  if (states === 0) return 0;
  return Object.entries(listFilters).reduce((flags, [name, [yes, no]]) => {
    const wish = filters[name as keyof typeof listFilters];
    return wish === undefined ? flags : flags | (wish ? yes : no);
  }, states);
}

/** A connection over `client`, which has opened its driver. */
export function connectionOver(client: Link): Connection {
  async function listDomains(options: ListDomainsOptions = {}): Promise<Domain[]> {
    const flags = listFlagsOf(options);
    if (flags === 0) return [];
    const domains = await client.call(connectListAllDomains, flags, options);
    return domains.map((domain) => domainOf(client, domain));
  }

  /** The hub's queues hold only the kinds they were asked for, which the compiler cannot see. */
  async function events<Kind extends DomainEventKind>(
    kinds: Kind | readonly Kind[],
    options?: EventsOptions,
  ): Promise<DomainEvents<Extract<DomainEvent, { kind: Kind }>>> {
    const subscribed = await client.events.subscribe(typeof kinds === 'string' ? [kinds] : kinds, options);
    return subscribed as DomainEvents<Extract<DomainEvent, { kind: Kind }>>;
  }

  return {
    listDomains,
    domain: async (name, options) =>
      domainOf(client, await client.call(domainLookupByName, name, { ...options, subject: name })),
    domainByUuid: async (uuid, options) =>
      domainOf(client, await client.call(domainLookupByUuid, uuid, { ...options, subject: uuid })),
    defineDomain: async (xml, { validate, ...options } = {}) =>
      domainOf(client, await client.call(domainDefineXmlFlags, { xml, flags: validate ? defineValidate : 0 }, options)),
    events,
    stats: async ({ nowait, domains, ...options } = {}) => {
      const states = domains === undefined ? listFlagsOf(options) : 0;
      if (domains === undefined ? states === 0 : domains.length === 0) return [];
      const flags = nowait ? states | statsNowait : states;
      const remote = (domains ?? []).map(({ name, uuid, id = -1 }) => ({ name, uuid, id }));
      const records = await client.call(connectGetAllDomainStats, { domains: remote, stats: 0, flags }, options);
      return records.map(({ domain, parameters }) => readStats(domainOf(client, domain), parameters));
    },
    createDomain: async (xml, { validate, ...options } = {}) =>
      domainOf(client, await client.call(domainCreateXml, { xml, flags: validate ? createValidate : 0 }, options)),
    restoreDomain: (path, options) => client.call(domainRestoreFlags, path, { ...options, subject: path }),
    hostname: (options) => client.call(connectGetHostname, undefined, options),
    nodeInfo: (options) => client.call(nodeGetInfo, undefined, options),
    capabilities: (options) => client.call(connectGetCapabilities, undefined, options),
    domainCapabilities: (options = {}) => client.call(connectGetDomainCapabilities, options, options),
    storagePools: async (options) =>
      (await client.call(connectListAllStoragePools, undefined, options)).map((pool) => storagePoolOf(client, pool)),
    networks: async (options) =>
      (await client.call(connectListAllNetworks, undefined, options)).map((network) => networkOf(client, network)),
    version: async (options) => renderVersion(await client.call(connectGetVersion, undefined, options)),
    libVersion: async (options) => renderVersion(await client.call(connectGetLibVersion, undefined, options)),
    close: () => client.close(),
    [Symbol.asyncDispose]: () => client.close(),
  };
}

/** libvirt's number is 1,000,000 x major + 1,000 x minor + release: 9000000 -> `9.0.0`. */
function renderVersion(version: bigint): string {
  return `${version / 1_000_000n}.${(version / 1_000n) % 1_000n}.${version % 1_000n}`;
}
