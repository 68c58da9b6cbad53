const longestTimer = 2 ** 31 - 1;

/** Waits for moments that may move while they are waited for: the interval changes, or a pause begins. */
export class Pace {
  #stopped = false;
  #wake = (): void => undefined;

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Waits for a moment of the clock of `performance.now()`, or for the end. */
  async until(moment: () => number): Promise<void> {
    for (let left = moment() - performance.now(); left > 0 && !this.#stopped; left = moment() - performance.now())
      await this.#sleep(Math.min(left, longestTimer));
  }

  /** Asks for the moment again. */
  reconsider(): void {
    this.#wake();
  }

  /** Ends all waiting. */
  stop(): void {
    this.#stopped = true;
    this.#wake();
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
