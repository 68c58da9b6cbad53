import type { StreamCaller } from './caller.ts';
import { type Domain, domainOf } from './domain.ts';
import type { DomainEvent, DomainEventKind } from './domain-event.ts';
import { aborted, type Ending, LibvirtError } from './error.ts';
import { type DomainEvents, EventQueue } from './event-queue.ts';
import { connectSupportsFeature, featureKeepalive } from './procedures/connection.ts';
import {
  deregisterEvents,
  eventMessages,
  type RemoteEventKind,
  readEvent,
  registerEvents,
} from './procedures/event.ts';
import type { XdrReader } from './xdr.ts';

export interface EventsOptions {
  /** Only this domain's events. */
  readonly domain?: Domain;
  /** Ends the subscription; `next()` then rejects with ABORTED. */
  readonly signal?: AbortSignal;
  /** How many events may wait to be read, 1,024 when left out; one more ends the subscription with EVENTS_LOST. */
  readonly maxQueued?: number;
}

/** A connection, as far as events need it. */
export interface EventSource extends StreamCaller {
  /** Begins or ends asking a silent peer whether it is there. */
  watch(on: boolean): void;
}

interface Subscription {
  readonly kinds: ReadonlySet<DomainEventKind>;
  /** Of the only domain whose events are wanted. */
  readonly uuid: string | undefined;
  readonly queue: EventQueue<DomainEvent>;
}

/** A kind of events that libvirtd was asked for, once for all subscriptions. */
interface Registration {
  callback: number | undefined;
  /** Registering and deregistering, one after the other. */
  work: Promise<void>;
}

const remoteKinds = Object.keys(eventMessages) as RemoteEventKind[];
const kindOfProcedure = new Map(remoteKinds.map((kind) => [eventMessages[kind].procedure, kind]));

/** The subscriptions of one connection, which outlive its client where that is replaced. */
export class EventHub {
  readonly #source: EventSource;
  readonly #subscriptions = new Set<Subscription>();
  readonly #registrations = new Map<RemoteEventKind, Registration>();
  #connected = true;

  constructor(source: EventSource) {
    this.#source = source;
  }

  /** Resolves when libvirtd knows: what happens from then on is told. */
  async subscribe(kinds: readonly DomainEventKind[], options: EventsOptions = {}): Promise<DomainEvents> {
    const { domain, signal, maxQueued = 1024 } = options;
    const name = { call: registerEvents.name, subject: domain?.name };
    if (signal?.aborted) throw aborted(name, signal);
    const onAbort = (): void => queue.fail(aborted(name, signal));
    const queue: EventQueue<DomainEvent> = new EventQueue(maxQueued, async () => {
      signal?.removeEventListener('abort', onAbort);
      this.#subscriptions.delete(subscription);
      await this.#update(kinds).catch(() => undefined); // a connection that has ended has no registrations
    });
    const subscription: Subscription = { kinds: new Set(kinds), uuid: domain?.uuid, queue };
    signal?.addEventListener('abort', onAbort);
    this.#subscriptions.add(subscription);
    try {
      await this.#update(kinds);
    } catch (error) {
      await queue.return();
      throw error;
    }
    return queue;
  }

  /** Takes a message that libvirtd sent. */
  receive(procedure: number, body: XdrReader): void {
    const kind = kindOfProcedure.get(procedure);
    if (kind === undefined || !this.#wanted(kind)) return;
    const event = readEvent(eventMessages[kind], body, (domain) => domainOf(this.#source, domain));
    this.#deliver(event);
  }

  /** Tells of the loss of a connection that is opened again, once until it is back. */
  lost(): void {
    if (this.#connected) this.#deliver({ kind: 'disconnected' });
    this.#connected = false;
  }

  /** Registers everything anew with a libvirtd that has just been connected to. */
  async restore(): Promise<void> {
    for (const registration of this.#registrations.values()) registration.callback = undefined;
    await this.#update([...this.#registrations.keys()]);
    this.#connected = true;
    this.#deliver({ kind: 'reconnected' });
  }

  /** Ends every subscription. */
  end(ending: Ending): void {
    const error = new LibvirtError({ ...ending, call: registerEvents.name });
    for (const { queue } of [...this.#subscriptions]) queue.fail(error);
  }

  #deliver(event: DomainEvent): void {
    for (const { kinds, uuid, queue } of [...this.#subscriptions]) {
      if (!kinds.has(event.kind)) continue;
      if (uuid === undefined || !('domain' in event) || event.domain.uuid === uuid) queue.push(event);
    }
  }

  #wanted(kind: DomainEventKind): boolean {
    return [...this.#subscriptions].some(({ kinds }) => kinds.has(kind));
  }

  async #update(kinds: readonly DomainEventKind[]): Promise<void> {
    await Promise.all(remoteKinds.filter((kind) => kinds.includes(kind)).map((kind) => this.#updateKind(kind)));
    this.#source.watch([...this.#registrations.values()].some(({ callback }) => callback !== undefined));
  }

  #updateKind(kind: RemoteEventKind): Promise<void> {
    const registration = this.#registrations.get(kind) ?? { callback: undefined, work: Promise.resolve() };
    this.#registrations.set(kind, registration);
    const update = registration.work.then(() => this.#synchronize(kind, registration));
    registration.work = update.catch(() => undefined);
    return update;
  }

  async #synchronize(kind: RemoteEventKind, registration: Registration): Promise<void> {
    const { callback } = registration;
    if (this.#wanted(kind) === (callback !== undefined)) return;
    if (callback === undefined) {
      await this.#source.call(connectSupportsFeature, featureKeepalive);
      registration.callback = await this.#source.call(registerEvents, { event: eventMessages[kind].event });
    } else {
      registration.callback = undefined;
      await this.#source.call(deregisterEvents, callback);
    }
  }
}
