/** Calls that may be under way on one connection. libvirtd works on five of a client's at a time (max_client_requests). */
const widest = 64;

/**
 * Lets so many calls go out at once that libvirtd always has some to work on; the others wait here, where the time a call
 * may take has not begun.
 */
export class CallWindow {
  #under = 0;
  #waiting: (() => void)[] = [];

  /**
   * Takes a place, at once when one is free.
   *
   * @returns whether a place was taken, which `leave` gives back; false when the signal was aborted before
   */
  enter(signal: AbortSignal | undefined): true | Promise<boolean> {
    if (this.#under < widest) {
      this.#under += 1;
      return true;
    }
    return new Promise((resolve) => {
      const onAbort = (): void => {
        this.#waiting = this.#waiting.filter((each) => each !== proceed);
        resolve(false);
      };
      const proceed = (): void => {
        signal?.removeEventListener('abort', onAbort);
        resolve(true);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(proceed);
    });
  }

  /** Hands the place on to whoever has waited longest. */
  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#under -= 1;
    else next();
  }
}
