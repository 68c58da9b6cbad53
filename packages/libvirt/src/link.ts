import { setTimeout as sleep } from 'node:timers/promises';
import type { OpenedStream, StreamCall, SubjectOptions } from './caller.ts';
import type { RpcClient } from './client.ts';
import { connectionAborted, type Ending } from './error.ts';
import { EventHub, type EventSource } from './event-hub.ts';
import type { Procedure } from './procedure.ts';
import { connectClose } from './procedures/connection.ts';
import { openStream } from './stream.ts';

/** Opens one more connection to the same libvirtd, with its driver opened. @param signal gives it up */
export type Dial = (signal?: AbortSignal) => Promise<RpcClient>;

/** Milliseconds before the first attempt to connect again, doubled each time up to the longest. */
const firstDelay = 100;
const longestDelay = 10_000;

/** Endings that may be of one connection only; CONNECT_FAILED is what ssh says when it is cut off. */
const losses: ReadonlySet<string> = new Set(['CLOSED', 'UNRESPONSIVE', 'CONNECT_FAILED']);

const unrestored: Ending = {
  code: 'CLOSED',
  message: 'libvirtd did not take the events that were waited for before; connect again',
};
const closed: Ending = { code: 'CLOSED', message: 'this connection was closed by its own program; connect again' };

/** A connection's client, and the one that takes its place when it is lost and that was asked for. */
export class Link implements EventSource {
  readonly events: EventHub;
  readonly #dial: Dial;
  readonly #reconnect: boolean;
  readonly #signal: AbortSignal | undefined;
  #client: RpcClient;
  #closing: Promise<void> | undefined;
  /** Milliseconds before the next attempt to connect again. */
  #delay = firstDelay;

  /** @param options the signal is the client's own, and ends the attempts to connect again */
  constructor(client: RpcClient, dial: Dial, options: { reconnect: boolean; signal: AbortSignal | undefined }) {
    this.#dial = dial;
    this.#reconnect = options.reconnect;
    this.#signal = options.signal;
    this.#client = client;
    this.events = new EventHub(this);
    this.#adopt(client);
  }

  call<Arguments, Result>(
    procedure: Procedure<Arguments, Result>,
    args: Arguments,
    options?: SubjectOptions,
  ): Promise<Result> {
    return this.#client.call(procedure, args, options);
  }

  async openStream<Arguments, Result>(
    call: StreamCall<Arguments, Result>,
    options?: SubjectOptions,
  ): Promise<OpenedStream<Result>> {
    return openStream(await this.#dial(options?.signal), call, options);
  }

  watch(on: boolean): void {
    if (on) this.#client.keepalive.start();
    else this.#client.keepalive.stop();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const client = this.#client;
    // libvirtd also cleans up when the socket just closes, so neither a failure nor a busy daemon is worth more time.
    if (client.idle) await client.call(connectClose, undefined, { timeoutMs: 1000 }).catch(() => undefined);
    client.end(closed);
    this.events.end(closed);
  }

  #adopt(client: RpcClient): void {
    this.#client = client;
    client.listener = {
      event: (procedure, body) => this.events.receive(procedure, body),
      end: (ending) => this.#lost(ending),
    };
    if (client.ending) this.#lost(client.ending);
  }

  #lost(ending: Ending): void {
    if (this.#reconnect && losses.has(ending.code) && !this.#closing) {
      this.events.lost();
      void this.#restore();
    } else this.events.end(ending);
  }

  async #restore(): Promise<void> {
    while (!this.#closing) {
      await sleep(this.#delay, undefined, { ref: false });
      this.#delay = Math.min(2 * this.#delay, longestDelay);
      if (this.#signal?.aborted) {
        this.events.end(connectionAborted(this.#signal));
        return;
      }
      const client = await this.#dial().catch(() => undefined);
      if (!client) continue;
      if (this.#closing) {
        client.end(closed);
        return;
      }
      this.#adopt(client);
      try {
        await this.events.restore();
        this.#delay = firstDelay;
      } catch {
        client.end(unrestored); // as a loss, which is restored in turn
      }
      return;
    }
  }
}
