import { blockJobStatuses, blockJobTypes } from '../block-job.ts';
import type { Domain } from '../domain.ts';
import {
  addressFamilies,
  agentReasons,
  type DomainEvent,
  type DomainEventKind,
  type GraphicsAddress,
  graphicsPhases,
  type LifecycleEvent,
  lifecycleEvents,
} from '../domain-event.ts';
import { nothing, oneInt, oneString, procedure } from '../procedure.ts';
import { type RemoteDomain, readDomain, writeDomain } from '../structures.ts';
import type { XdrReader } from '../xdr.ts';

/** Numbers are `enum remote_procedure` of libvirt 9.0's src/remote/remote_protocol.x; they never change once given. */
export const registerEvents = procedure(
  316,
  'ConnectDomainEventCallbackRegisterAny',
  (out, { event, domain }: { readonly event: number; readonly domain?: RemoteDomain }) => {
    out.int(event);
    out.optional(domain, (present) => writeDomain(out, present));
  },
  oneInt,
);
export const deregisterEvents = procedure(
  317,
  'ConnectDomainEventCallbackDeregisterAny',
  (out, callback: number) => out.int(callback),
  nothing,
);

/** A kind of events that libvirtd sends. */
export type RemoteEventKind = Exclude<DomainEventKind, 'disconnected' | 'reconnected'>;

export interface EventMessage {
  /** virDomainEventID, to register for it. */
  readonly event: number;
  /** The procedure that the message names. */
  readonly procedure: number;
  /** Reads the message after its callback's number and its domain. */
  readonly read: (input: XdrReader, domain: Domain) => DomainEvent;
}

/** REMOTE_DOMAIN_EVENT_GRAPHICS_IDENTITY_MAX, and the fewest bytes of two empty strings. */
const identityLimits = { maximum: 20, itemSize: 8 };

export const eventMessages: { readonly [Kind in RemoteEventKind]: EventMessage } = {
  lifecycle: { event: 0, procedure: 318, read: (input, domain) => lifecycleEvent(domain, input.int(), input.int()) },
  reboot: { event: 1, procedure: 319, read: (_input, domain) => ({ kind: 'reboot', domain }) },
  graphics: {
    event: 5,
    procedure: 323,
    read: (input, domain) => ({
      kind: 'graphics',
      domain,
      phase: graphicsPhases[input.int()] ?? 'unknown',
      local: readAddress(input),
      remote: readAddress(input),
      authScheme: oneString(input),
      identities: input.array(identityLimits, () => ({ type: oneString(input), name: oneString(input) })),
    }),
  },
  deviceRemoved: {
    event: 15,
    procedure: 333,
    read: (input, domain) => ({ kind: 'deviceRemoved', domain, device: oneString(input) }),
  },
  /** Of the two kinds of block job events, the one that names the disk's target and not its source. */
  blockJob: {
    event: 16,
    procedure: 339,
    read: (input, domain) => ({
      kind: 'blockJob',
      domain,
      disk: oneString(input),
      job: blockJobTypes[input.int()] ?? 'unknown',
      status: blockJobStatuses[input.int()] ?? 'unknown',
    }),
  },
  agent: {
    event: 18,
    procedure: 348,
    read: (input, domain) => ({
      kind: 'agent',
      domain,
      connected: input.int() === agentConnected,
      reason: agentReasons[input.int()] ?? 'unknown',
    }),
  },
};

/** VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_STATE_CONNECTED. */
const agentConnected = 1;

/** Reads a message of any kind: the callback's number, which it needs not, the domain, the rest. */
export function readEvent(
  message: EventMessage,
  input: XdrReader,
  domainOf: (domain: RemoteDomain) => Domain,
): DomainEvent {
  input.int();
  const event = message.read(input, domainOf(readDomain(input)));
  input.end();
  return event;
}

function lifecycleEvent(domain: Domain, event: number, detail: number): LifecycleEvent {
  const [name, details] = lifecycleEvents[event] ?? ['unknown', []];
  return { kind: 'lifecycle', domain, event: name, detail: details[detail] ?? 'unknown' } as LifecycleEvent;
}

function readAddress(input: XdrReader): GraphicsAddress {
  return { family: addressFamilies[input.int()] ?? 'unknown', node: oneString(input), service: oneString(input) };
}
