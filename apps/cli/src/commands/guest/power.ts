import { type Connection, type Domain, type DomainState, unlessGone } from '@kvm/libvirt';
import { CliError } from '../../output/cli-error.ts';

/** One guest whose power is to change. */
export interface PoweredGuest {
  readonly connection: Connection;
  readonly domain: Domain;
  /** Is aborted when the guest has had its time. */
  readonly deadline: AbortSignal;
}

/** What then is so, as in `public has started`; `changed` is false when it was so before. */
export interface Outcome {
  readonly text: string;
  readonly changed: boolean;
}

/** Milliseconds: a start reads the memory of a guest that was saved, which can be much. */
const startLimit = 600_000;

/** Milliseconds. A guest that is still booting does not hear its power button. */
const pressAgainAfter = 10_000;

const isOff = (state: DomainState | undefined): boolean =>
  state === undefined || state === 'shutoff' || state === 'crashed';

/** Boots a guest, or lets one that is paused go on. */
export async function start({ domain }: PoweredGuest): Promise<Outcome> {
  const state = await domain.state();
  if (state === 'paused') {
    await domain.resume();
    return { text: 'was paused and goes on', changed: true };
  }
  if (!isOff(state)) return { text: 'runs already', changed: false };
  await domain.start({ timeoutMs: startLimit });
  return { text: 'has started', changed: true };
}

/** Has a guest power itself off, and waits until it has; rejects with ABORTED at the deadline. */
export async function stop({ connection, domain, deadline }: PoweredGuest): Promise<Outcome> {
  await using events = await connection.events('lifecycle', { domain, signal: deadline });
  const state = await unlessGone(domain.state());
  if (isOff(state)) return { text: 'is off already', changed: false };
  if (state === 'paused') throw pausedGuest(domain);
  await press(domain);
  const pressing = setInterval(() => domain.shutdown().catch(() => undefined), pressAgainAfter);
  try {
    await until(events, ({ event }) => event === 'stopped');
  } finally {
    clearInterval(pressing);
  }
  return { text: 'is off', changed: true };
}

/** Has a guest restart, and waits until it does; rejects with ABORTED at the deadline. */
export async function reboot({ connection, domain, deadline }: PoweredGuest): Promise<Outcome> {
  await using events = await connection.events(['lifecycle', 'reboot'], { domain, signal: deadline });
  const state = await domain.state();
  if (isOff(state)) throw new CliError('wrong-state', `${domain.name} is off: \`kvmctl start ${domain.name}\``);
  if (state === 'paused') throw pausedGuest(domain);
  await domain.reboot();
  const last = await until(events, (event) => event.kind === 'reboot' || event.event === 'stopped');
  if (last.kind === 'reboot') return { text: 'restarts', changed: true };
  const message = `${domain.name} has powered off and not come back: \`kvmctl start ${domain.name}\``;
  throw new CliError('wrong-state', message);
}

/** Powers a guest off at once. */
export async function kill({ domain }: PoweredGuest): Promise<Outcome> {
  if (isOff(await unlessGone(domain.state()))) return { text: 'is off already', changed: false };
  await domain.destroy();
  return { text: 'was powered off', changed: true };
}

/** Presses the power button, which a guest that has just gone off no longer has. */
async function press(domain: Domain): Promise<void> {
  try {
    await domain.shutdown();
  } catch (error) {
    if (!isOff(await unlessGone(domain.state()))) throw error;
  }
}

const pausedGuest = ({ name }: Domain): CliError =>
  new CliError(
    'wrong-state',
    `${name} is paused and hears nothing. It goes on with \`kvmctl start ${name}\`; \`kvmctl kill ${name}\` powers it off at once.`,
  );

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
