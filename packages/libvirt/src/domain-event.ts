import type { blockJobStatuses, blockJobTypes } from './block-job.ts';
import type { Domain } from './domain.ts';

/** Numbers of libvirt's `virDomainEventType`, with those of each one's detail. */
export const lifecycleEvents = [
  ['defined', ['added', 'updated', 'renamed', 'from-snapshot']],
  ['undefined', ['removed', 'renamed']],
  ['started', ['booted', 'migrated', 'restored', 'from-snapshot', 'wakeup']],
  [
    'suspended',
    [
      'paused',
      'migrated',
      'ioerror',
      'watchdog',
      'restored',
      'from-snapshot',
      'api-error',
      'postcopy',
      'postcopy-failed',
    ],
  ],
  ['resumed', ['unpaused', 'migrated', 'from-snapshot', 'postcopy', 'postcopy-failed']],
  ['stopped', ['shutdown', 'destroyed', 'crashed', 'migrated', 'saved', 'failed', 'from-snapshot']],
  ['shutdown', ['finished', 'guest', 'host']],
  ['pmsuspended', ['memory', 'disk']],
  ['crashed', ['panicked', 'crashloaded']],
] as const;

/** virDomainEventGraphicsPhase. */
export const graphicsPhases = ['connect', 'initialize', 'disconnect'] as const;
/** virDomainEventGraphicsAddressType. */
export const addressFamilies = ['ipv4', 'ipv6', 'unix'] as const;
/** virConnectDomainEventAgentLifecycleReason. */
export const agentReasons = ['unknown', 'domain-started', 'channel'] as const;

type LifecycleOf<Entry> = Entry extends readonly [infer Event, readonly (infer Detail)[]]
  ? { readonly event: Event; readonly detail: Detail | 'unknown' }
  : never;

/** `{ kind: 'lifecycle', event: 'stopped', detail: 'destroyed', domain }`; `shutdown` is a guest that powers off. */
export type LifecycleEvent = { readonly kind: 'lifecycle'; readonly domain: Domain } & (
  | LifecycleOf<(typeof lifecycleEvents)[number]>
  | { readonly event: 'unknown'; readonly detail: 'unknown' }
);

/** The guest restarted itself. */
export interface RebootEvent {
  readonly kind: 'reboot';
  readonly domain: Domain;
}

/** The guest let go of a device that was being detached. */
export interface DeviceRemovedEvent {
  readonly kind: 'deviceRemoved';
  readonly domain: Domain;
  /** The device's alias: `virtio-disk1`. */
  readonly device: string;
}

export interface BlockJobEvent {
  readonly kind: 'blockJob';
  readonly domain: Domain;
  /** The disk's target: `vda`. */
  readonly disk: string;
  readonly job: (typeof blockJobTypes)[number];
  /** `ready`: copied, and kept equal until the job is ended. */
  readonly status: (typeof blockJobStatuses)[number] | 'unknown';
}

/** The guest's agent came or went. */
export interface AgentEvent {
  readonly kind: 'agent';
  readonly domain: Domain;
  readonly connected: boolean;
  readonly reason: (typeof agentReasons)[number];
}

export interface GraphicsAddress {
  readonly family: (typeof addressFamilies)[number] | 'unknown';
  /** An address, or a socket's path. */
  readonly node: string;
  /** A port. */
  readonly service: string;
}

/** Somebody looks at the guest's screen (VNC, SPICE), or has stopped to. */
export interface GraphicsEvent {
  readonly kind: 'graphics';
  readonly domain: Domain;
  readonly phase: (typeof graphicsPhases)[number] | 'unknown';
  readonly local: GraphicsAddress;
  readonly remote: GraphicsAddress;
  readonly authScheme: string;
  readonly identities: readonly { readonly type: string; readonly name: string }[];
}

/** The connection is lost and is opened again (`connect({ reconnect: true })`): until `reconnected` nothing is told. */
export interface DisconnectedEvent {
  readonly kind: 'disconnected';
}

/** The connection was lost and is back (`connect({ reconnect: true })`); what happened meanwhile is not told. */
export interface ReconnectedEvent {
  readonly kind: 'reconnected';
}

export type DomainEvent =
  | LifecycleEvent
  | RebootEvent
  | DeviceRemovedEvent
  | BlockJobEvent
  | AgentEvent
  | GraphicsEvent
  | DisconnectedEvent
  | ReconnectedEvent;

export type DomainEventKind = DomainEvent['kind'];
