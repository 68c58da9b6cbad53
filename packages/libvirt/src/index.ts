export { type AuthEnvironment, loadCredentials } from './auth-conf.ts';
export type { CallOptions } from './caller.ts';
export { type ConnectOptions, connect } from './connect.ts';
export type { Connection, DefineOptions, ListDomainsOptions, NodeInfo, StatsOptions } from './connection.ts';
export { isLocalUri } from './connection-uri.ts';
export type { Domain, DomainState } from './domain.ts';
export type {
  AgentEvent,
  BlockJobEvent,
  DeviceRemovedEvent,
  DisconnectedEvent,
  DomainEvent,
  DomainEventKind,
  GraphicsAddress,
  GraphicsEvent,
  LifecycleEvent,
  RebootEvent,
  ReconnectedEvent,
} from './domain-event.ts';
export type {
  AddressSource,
  AgentOptions,
  BlockJob,
  ChangeOptions,
  ConsoleOptions,
  InterfaceAddresses,
  LimitOptions,
  MigrateOptions,
  Screenshot,
  ScreenshotOptions,
  SnapshotOptions,
  UndefineOptions,
  XmlOptions,
} from './domain-options.ts';
export { LibvirtError, type LibvirtErrorCode, type LibvirtErrorDomain, type TransportErrorCode } from './error.ts';
export type { EventsOptions } from './event-hub.ts';
export type { DomainEvents } from './event-queue.ts';
export type { KeepaliveOptions } from './keepalive.ts';
export type { EmulatorChoice } from './procedures/host.ts';
export type { Credentials } from './sasl.ts';
export type { DeleteSnapshotOptions, Snapshot } from './snapshot.ts';
export type { DiskStats, DomainStats, InterfaceStats } from './stats.ts';
export { statsOfAll } from './stats-of-all.ts';
export type { StoragePool, StoragePoolInfo, StorageVolume, StorageVolumeInfo, VirtualNetwork } from './storage.ts';
export type { TypedValue } from './typed-parameters.ts';
export { unlessGone } from './unless-gone.ts';
