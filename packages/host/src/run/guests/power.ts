import { type Connection, type Domain, type DomainState, LibvirtError, unlessGone } from '@kvm/libvirt';
import { HostError } from '../../errors.ts';

/** What became of a guest: three say that it was so before. */
export type PowerOutcome = 'started' | 'resumed' | 'ran already' | 'stopped' | 'was off' | 'restarted' | 'killed';

/** How a guest is asked for something that it does itself. */
export interface AskOptions {
  /** How long it has. */
  readonly seconds: number;
}

export interface StopOptions extends AskOptions {
  /** What is done with a guest that is paused, and so hears nothing. */
  readonly paused: 'refuse' | 'resume';
}

/** Milliseconds: a start reads the memory of a guest that was saved, which can be much. */
const startLimit = 600_000;

/** Milliseconds. A guest that is still booting does not hear its power button. */
const pressAgainAfter = 10_000;

const isOff = (state: DomainState | undefined): boolean =>
  state === undefined || state === 'shutoff' || state === 'crashed';

/** Boots a guest, or lets one that is paused go on. @throws LibvirtError */
export async function startGuest(domain: Domain): Promise<PowerOutcome> {
  const state = await domain.state();
  if (state === 'paused') {
    await domain.resume();
    return 'resumed';
  }
  if (!isOff(state)) return 'ran already';
  try {
    await domain.start({ timeoutMs: startLimit });
    return 'started';
  } catch (error) {
    // Somebody else may have started it between the calls.
    const others = error instanceof LibvirtError && error.code === 'VIR_ERR_OPERATION_INVALID';
    if (others && !isOff(await unlessGone(domain.state()))) return 'ran already';
    throw error;
  }
}

/**
 * Has a guest power itself off, and waits until it has.
 *
 * @throws HostError `guest-does-not-stop`, `guest-paused`; LibvirtError
 */
export async function stopGuest(
  connection: Connection,
  domain: Domain,
  { seconds, paused }: StopOptions,
): Promise<PowerOutcome> {
  const { name } = domain;
  return inTime(seconds, stop, (cause) => {
    const message =
      `${name} was asked to shut down and still runs after ${seconds} s. Its console may say why (kvmctl console ${name}); ` +
      `kvmctl kill ${name} powers it off at once, and what it has not written yet is lost.`;
    return new HostError('guest-does-not-stop', message, { cause });
  });

  async function stop(deadline: AbortSignal): Promise<PowerOutcome> {
    await using events = await connection.events('lifecycle', { domain, signal: deadline });
    const state = await unlessGone(domain.state());
    if (isOff(state)) return 'was off';
    if (state === 'paused' && paused === 'refuse') throw pausedGuest(domain);
    await press(domain, paused);
    const pressing = setInterval(() => press(domain, paused).catch(() => undefined), pressAgainAfter);
    try {
      await until(events, ({ event }) => event === 'stopped');
    } finally {
      clearInterval(pressing);
    }
    return 'stopped';
  }
}

/**
 * Has a guest restart, and waits until it does.
 *
 * @throws HostError `guest-does-not-restart`, `guest-off`, `guest-paused`; LibvirtError
 */
export async function rebootGuest(
  connection: Connection,
  domain: Domain,
  { seconds }: AskOptions,
): Promise<PowerOutcome> {
  const { name } = domain;
  return inTime(seconds, reboot, (cause) => {
    const message =
      `${name} was asked to restart and has not after ${seconds} s. Its console may say why (kvmctl console ${name}); ` +
      `kvmctl kill ${name} powers it off at once, and what it has not written yet is lost.`;
    return new HostError('guest-does-not-restart', message, { cause });
  });

  async function reboot(deadline: AbortSignal): Promise<PowerOutcome> {
    await using events = await connection.events(['lifecycle', 'reboot'], { domain, signal: deadline });
    const state = await domain.state();
    if (isOff(state)) throw new HostError('guest-off', `${name} is off: \`kvmctl start ${name}\``);
    if (state === 'paused') throw pausedGuest(domain);
    await domain.reboot();
    const last = await until(events, (event) => event.kind === 'reboot' || event.event === 'stopped');
    if (last.kind === 'reboot') return 'restarted';
    throw new HostError('guest-off', `${name} has powered off and not come back: \`kvmctl start ${name}\``);
  }
}

/** Powers a guest off at once: what it has not written yet is lost. @throws LibvirtError */
export async function killGuest(domain: Domain): Promise<PowerOutcome> {
  if (isOff(await unlessGone(domain.state()))) return 'was off';
  await domain.destroy();
  return 'killed';
}

/** Presses the power button, which a guest that has just gone off no longer has. */
async function press(domain: Domain, paused: StopOptions['paused']): Promise<void> {
  try {
    // While it is paused it hears nothing, and libvirt refuses to ask.
    if (paused === 'resume' && (await domain.state()) === 'paused') await domain.resume();
    await domain.shutdown();
  } catch (error) {
    if (!isOff(await unlessGone(domain.state()))) throw error;
  }
}

const pausedGuest = ({ name }: Domain): HostError =>
  new HostError(
    'guest-paused',
    `${name} is paused and hears nothing. It goes on with \`kvmctl start ${name}\`; \`kvmctl kill ${name}\` powers it off at once.`,
  );

async function inTime<Result>(
  seconds: number,
  work: (deadline: AbortSignal) => Promise<Result>,
  late: (cause: LibvirtError) => HostError,
): Promise<Result> {
  const deadline = AbortSignal.timeout(seconds * 1000);
  try {
    return await work(deadline);
  } catch (error) {
    if (deadline.aborted && error instanceof LibvirtError && error.code === 'ABORTED') throw late(error);
    throw error;
  }
}

async function until<Event>(
  events: AsyncIterator<Event, undefined>,
  wanted: (event: Event) => boolean,
): Promise<Event> {
  for (;;) {
    const { value } = await events.next();
    // A subscription that nobody ends but by its signal or its connection rejects at its end.
    if (value !== undefined && wanted(value)) return value;
  }
}
