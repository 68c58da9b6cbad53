import type { DomainEvent } from './domain-event.ts';
import { LibvirtError } from './error.ts';

/** What setInterval can wait at most. */
const longestTimer = 2 ** 31 - 1;

interface Waiter<Event> {
  readonly resolve: (result: IteratorResult<Event, undefined>) => void;
  readonly reject: (error: LibvirtError) => void;
}

/**
 * Events, in the order they happened. A subscription ends with `return()`, which `for await` and `await using` call by
 * themselves; after `next()` has rejected, it is over, too.
 */
export interface DomainEvents<Event extends DomainEvent = DomainEvent>
  extends AsyncIterableIterator<Event, undefined>,
    AsyncDisposable {
  /**
   * @throws LibvirtError ABORTED by the signal, CLOSED or UNRESPONSIVE when the connection is lost, EVENTS_LOST when
   * more events wait than were to be kept; what waited is still delivered, save after EVENTS_LOST
   */
  next(): Promise<IteratorResult<Event, undefined>>;
  return(): Promise<IteratorResult<Event, undefined>>;
}

/** Keeps events until they are asked for; while they are asked for, the process stays alive. */
export class EventQueue<Event extends DomainEvent> implements DomainEvents<Event> {
  readonly #maxQueued: number;
  readonly #onEnd: () => Promise<void>;
  #events: Event[] = [];
  readonly #waiters: Waiter<Event>[] = [];
  #alive: NodeJS.Timeout | undefined;
  #error: LibvirtError | undefined;
  #ended = false;

  /** @param onEnd called once, when nothing more will be taken */
  constructor(maxQueued: number, onEnd: () => Promise<void>) {
    this.#maxQueued = maxQueued;
    this.#onEnd = onEnd;
  }

  push(event: Event): void {
    const waiter = this.#waiters.shift();
    if (waiter) {
      this.#rest();
      waiter.resolve({ value: event, done: false });
    } else if (this.#events.length < this.#maxQueued) this.#events.push(event);
    else {
      this.#events = [];
      this.fail(
        new LibvirtError({
          code: 'EVENTS_LOST',
          message: `more than ${this.#maxQueued} events waited to be read: read faster or raise maxQueued, and list the domains again`,
        }),
      );
    }
  }

  /** Ends the subscription with an error, after the events that wait. */
  fail(error: LibvirtError): void {
    if (this.#ended) return;
    this.#ended = true;
    const waiter = this.#waiters.shift();
    if (waiter) waiter.reject(error);
    else this.#error = error;
    this.#finish();
  }

  async next(): Promise<IteratorResult<Event, undefined>> {
    const event = this.#events.shift();
    if (event) return { value: event, done: false };
    if (this.#error) {
      const error = this.#error;
      this.#error = undefined;
      throw error;
    }
    if (this.#ended) return { value: undefined, done: true };
    this.#alive ??= setInterval(() => undefined, longestTimer);
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
    });
  }

  async return(): Promise<IteratorResult<Event, undefined>> {
    this.#events = [];
    this.#error = undefined;
    if (!this.#ended) {
      this.#ended = true;
      await this.#finish();
    }
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  #finish(): Promise<void> {
    for (const waiter of this.#waiters.splice(0)) waiter.resolve({ value: undefined, done: true });
    this.#rest();
    return this.#onEnd();
  }

  #rest(): void {
    if (this.#waiters.length > 0) return;
    clearInterval(this.#alive);
    this.#alive = undefined;
  }
}
