import type { Ending } from './error.ts';

/** How often a silent peer is asked whether it is there, and how many times before it counts as dead. */
export interface KeepaliveOptions {
  /** Milliseconds of silence before each ping; 5,000 when left out, as libvirt has it. */
  readonly intervalMs?: number;
  /** Pings that may go unanswered; 5 when left out, as libvirt has it. */
  readonly count?: number;
}

/** Asks a peer that has been silent whether it is there. Anything heard from it counts as an answer. */
export class Keepalive {
  readonly #intervalMs: number;
  readonly #count: number;
  readonly #ping: () => void;
  readonly #dead: (why: Ending) => void;
  #timer: NodeJS.Timeout | undefined;
  #unanswered = 0;

  constructor(
    { intervalMs = 5000, count = 5 }: KeepaliveOptions,
    { ping, dead }: { ping(): void; dead(why: Ending): void },
  ) {
    this.#intervalMs = intervalMs;
    this.#count = count;
    this.#ping = ping;
    this.#dead = dead;
  }

  start(): void {
    this.#unanswered = 0;
    this.#timer ??= setInterval(() => this.#tick(), this.#intervalMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  heard(): void {
    this.#unanswered = 0;
    this.#timer?.refresh();
  }

  #tick(): void {
    if (this.#unanswered === this.#count) {
      this.#dead({
        code: 'UNRESPONSIVE',
        message: `libvirtd answered none of ${this.#count} pings sent ${this.#intervalMs} ms apart: it hangs, or the network is down; connect again`,
      });
      return;
    }
    this.#unanswered++;
    this.#ping();
  }
}
