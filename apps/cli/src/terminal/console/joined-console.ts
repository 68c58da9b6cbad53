import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Domain, type DomainEvent, type DomainEvents, LibvirtError } from '@kvm/libvirt';
import { CliError } from '../../output/cli-error.ts';
import type { Session } from '../../session.ts';
import type { GuestScreen } from './guest-screen.ts';

/** Why a console ended: its guest went off, or libvirtd was lost. */
type Ending = 'off' | 'lost';

export interface JoinOptions {
  /** Takes the console over from another client. */
  readonly force: boolean;
  /** Is aborted to leave. */
  readonly signal: AbortSignal;
}

/**
 * Milliseconds after a loss before the console is asked for again, doubled each time up to the longest: its connection may be
 * lost alone, and then nobody tells when it is back.
 */
const firstRetry = 1000;
const longestRetry = 10_000;

const losses: ReadonlySet<string> = new Set(['CLOSED', 'UNRESPONSIVE', 'CONNECT_FAILED', 'NO_SOCKET', 'TIMEOUT']);
const isLoss = (error: unknown): boolean => error instanceof LibvirtError && losses.has(error.code);

const comesBack = (event: DomainEvent): boolean =>
  event.kind === 'reconnected' || (event.kind === 'lifecycle' && event.event === 'started');

const agentComes = (event: DomainEvent): boolean => event.kind === 'agent' && event.connected;

/** A guest's console on standard output, joined anew whenever the guest or libvirtd comes back. */
export class JoinedConsole {
  readonly #session: Session;
  readonly #screen: Pick<GuestScreen, 'write'>;
  readonly #domain: Domain;
  readonly #options: JoinOptions;
  #stream: Duplex | undefined;
  #ended: Promise<Ending> | undefined;
  /** Whether the guest or libvirtd came since the console was joined: perhaps before the end of that one is noticed. */
  #cameBack = false;
  /** What is waited for since the connection was lost: libvirtd, or that it ends the lost one, whose the console still is. */
  #lost: 'libvirtd' | 'console' | undefined;
  #retryMs = firstRetry;

  /** @param screen where the guest's bytes go */
  constructor(
    { session, screen }: { readonly session: Session; readonly screen: Pick<GuestScreen, 'write'> },
    domain: Domain,
    options: JoinOptions,
  ) {
    this.#session = session;
    this.#screen = screen;
    this.#domain = domain;
    this.#options = options;
  }

  /** Sends keys to the guest; while it is off there is nobody to take them. */
  type(bytes: Buffer): void {
    this.#stream?.write(bytes);
  }

  /**
   * Rejects with ABORTED when it is left by the signal.
   *
   * @param events of this domain: lifecycle, agent, reconnected
   * @param agentCame called when the guest's agent begins to answer
   */
  async run(events: DomainEvents, agentCame: () => void): Promise<void> {
    await this.#open();
    this.#tell(this.#ended ? 'Ctrl+] leaves' : 'is off; waits for its start, Ctrl+] leaves');
    for (let next = events.next(); ; ) {
      const happened = await Promise.race([next, ...this.#others()]);
      if (happened === 'retry') this.#retry();
      else if (typeof happened === 'string') this.#leftBy(happened);
      else if (happened.done) return;
      else {
        next = events.next();
        if (agentComes(happened.value)) agentCame();
        this.#cameBack ||= comesBack(happened.value);
      }
      if (this.#cameBack && !this.#ended) await this.#rejoin();
    }
  }

  /** What may happen beside events. */
  #others(): readonly Promise<Ending | 'retry'>[] {
    if (this.#ended) return [this.#ended];
    return this.#lost ? [sleep(this.#retryMs, 'retry', { ref: false })] : [];
  }

  #retry(): void {
    this.#cameBack = true;
    this.#retryMs = Math.min(2 * this.#retryMs, longestRetry);
  }

  #leftBy(ending: Ending): void {
    this.#ended = undefined;
    this.#lost = ending === 'lost' ? 'libvirtd' : undefined;
    this.#tell(ending === 'off' ? 'is off; waits for its start' : 'libvirtd is lost; waits for it');
  }

  async #rejoin(): Promise<void> {
    this.#cameBack = false;
    try {
      await this.#open();
    } catch (error) {
      if (this.#lost && error instanceof CliError) this.#waitForConsole();
      else if (!isLoss(error)) throw error;
      else if (!this.#lost) this.#leftBy('lost');
      return;
    }
    if (this.#ended) this.#tell('is back');
    else if (this.#lost) this.#leftBy('off');
    this.#lost = undefined;
    this.#retryMs = firstRetry;
  }

  #waitForConsole(): void {
    if (this.#lost === 'libvirtd') this.#tell('is still in use, perhaps by the lost connection; waits for it');
    this.#lost = 'console';
  }

  /** Joins the console, unless the guest is off. */
  async #open(): Promise<void> {
    const { name } = this.#domain;
    try {
      this.#stream = await this.#domain.console(this.#options);
    } catch (error) {
      if (!(error instanceof LibvirtError) || this.#options.signal.aborted) throw error;
      // Off, or about to start, which libvirt tells from a console in use only by its words.
      if (error.code === 'VIR_ERR_OPERATION_INVALID' || error.message.includes('not yet assigned')) return;
      if (error.code !== 'VIR_ERR_OPERATION_FAILED') throw error;
      const message = `${error.message}: somebody else has the console of ${name}. --force takes it.`;
      throw new CliError('console-busy', message, { cause: error });
    }
    this.#ended = this.#show(this.#stream);
  }

  async #show(stream: Duplex): Promise<Ending> {
    try {
      for await (const chunk of stream) await this.#screen.write(chunk);
      return 'off';
    } catch (error) {
      if (isLoss(error)) return 'lost';
      throw error;
    } finally {
      this.#stream = undefined;
    }
  }

  /** In a terminal in raw mode, in which a line does not begin by itself. */
  #tell(what: string): void {
    if (this.#session.quiet) return;
    const { err } = this.#session;
    err.raw().write(`\r\n${err.drawn(err.paint.dim(`[${this.#domain.name}: ${what}]`))}\r\n`);
  }
}
