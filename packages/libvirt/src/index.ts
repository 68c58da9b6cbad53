export type { CallOptions } from './caller.ts';
export { type ConnectOptions, connect } from './connect.ts';
export type { Connection, DefineOptions, ListDomainsOptions } from './connection.ts';
export type {
  ConsoleOptions,
  Domain,
  DomainState,
  Screenshot,
  ScreenshotOptions,
  UndefineOptions,
  XmlOptions,
} from './domain.ts';
export type {
  AgentEvent,
  BlockJobEvent,
  DeviceRemovedEvent,
  DomainEvent,
  DomainEventKind,
  GraphicsAddress,
  GraphicsEvent,
  LifecycleEvent,
  RebootEvent,
  ReconnectedEvent,
} from './domain-event.ts';
export { LibvirtError, type LibvirtErrorCode, type LibvirtErrorDomain, type TransportErrorCode } from './error.ts';
export type { EventsOptions } from './event-hub.ts';
export type { DomainEvents } from './event-queue.ts';
export type { KeepaliveOptions } from './keepalive.ts';
