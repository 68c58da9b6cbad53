import { setTimeout as sleep } from 'node:timers/promises';
import { HostError, type StartStage, startStages } from '@kvm/host';
import { findDomain, type PowerOutcome } from '@kvm/host/run';
import type { Inventory } from '@kvm/inventory';
import { type Connection, type Domain, LibvirtError } from '@kvm/libvirt';
import { openConnection } from '../../hosts/connection.ts';
import { readInventory } from '../../input/read-inventory.ts';
import { CliError, systemCode } from '../../output/cli-error.ts';
import type { Session } from '../../session.ts';
import { statusLine } from '../../terminal/status-line.ts';
import type { PowerOptions } from './power-options.ts';

/** One guest whose power is to change. */
interface PoweredGuest {
  readonly connection: Connection;
  readonly domain: Domain;
  /** How long it has. */
  readonly seconds: number;
}

/** How a command changes guests' power. */
export interface Power {
  readonly change: (guest: PoweredGuest) => Promise<PowerOutcome>;
  /** Who comes first when there are several; without it, all come at once. */
  readonly order?: 'as they start' | 'as they stop';
  /** What is said of a guest whose time is over: `still runs`; without it, guests have no deadline. */
  readonly late?: string;
}

/** What then is so, as in `public has started`. */
const outcomes: Record<PowerOutcome, string> = {
  started: 'has started',
  resumed: 'was paused and goes on',
  'ran already': 'runs already',
  stopped: 'is off',
  'was off': 'is off already',
  restarted: 'restarts',
  killed: 'was powered off',
};

const isChange = (outcome: PowerOutcome): boolean => outcome !== 'ran already' && outcome !== 'was off';

/** Changes the power of guests, stage by stage; one that fails keeps the stages after it from being begun. */
export async function changePower(
  session: Session,
  guests: readonly string[],
  { timeout = 60, ...choice }: PowerOptions,
  power: Power,
): Promise<void> {
  await using connection = await openConnection(session, choice);
  const domains = distinct(await Promise.all(guests.map((guest) => findDomain(connection, guest))));
  const stages = await stagesOf(session, domains, power);
  for (const [index, { domains, delaySeconds }] of stages.entries()) {
    const later = stages.slice(index + 1).flatMap((stage) => stage.domains);
    const changed = await changeStage({ session, connection, power, timeout }, domains, later);
    if (changed && later.length > 0 && power.order === 'as they start') await pause(session, delaySeconds, later);
  }
}

interface Run {
  readonly session: Session;
  readonly connection: Connection;
  readonly power: Power;
  readonly timeout: number;
}

/** @returns whether any guest was not so before */
async function changeStage(run: Run, domains: readonly Domain[], later: readonly Domain[]): Promise<boolean> {
  const { session, connection, power, timeout } = run;
  const status = statusLine(session);
  const waiting = new Set(domains);
  const begin = performance.now();
  const tick = (): void => {
    const seconds = Math.floor((performance.now() - begin) / 1000);
    if (seconds > 0)
      status.show(`waits for ${namesOf([...waiting])}: ${seconds} s${power.late ? ` of ${timeout} s` : ''}`);
  };
  const timer = setInterval(tick, 1000);
  const changes = await Promise.allSettled(
    domains.map(async (domain) => {
      try {
        const outcome = await power.change({ connection, domain, seconds: timeout });
        status.clear();
        session.say(`${domain.name} ${outcomes[outcome]}`);
        return isChange(outcome);
      } finally {
        waiting.delete(domain);
      }
    }),
  );
  clearInterval(timer);
  status.clear();
  const failures = changes.flatMap((outcome, index) =>
    outcome.status === 'rejected' ? [messageOf(outcome.reason, domains[index]?.name ?? '', run)] : [],
  );
  if (failures.length > 0) throw notDone(failures, later);
  return changes.some((outcome) => outcome.status === 'fulfilled' && outcome.value);
}

async function stagesOf(
  session: Session,
  domains: readonly Domain[],
  { order }: Power,
): Promise<readonly StartStage<Domain>[]> {
  // One guest needs no order, and can be stopped however broken the inventory is.
  const guests = order === undefined || domains.length === 1 ? [] : await guestsOfInventory(session);
  const stages = startStages(domains, guests);
  return order === 'as they stop' ? stages.toReversed() : stages;
}

/** None where there is no inventory, which these commands can do without. */
async function guestsOfInventory(session: Session): Promise<Inventory['guests']> {
  try {
    return (await readInventory(session)).parsed.inventory.guests;
  } catch (error) {
    if (systemCode(error) === 'no-inventory' && !session.inventoryNamed) return [];
    throw error;
  }
}

/** Waits as long as the inventory says after a start. */
async function pause(session: Session, seconds: number, later: readonly Domain[]): Promise<void> {
  const status = statusLine(session);
  for (let left = seconds; left > 0; left -= 1) {
    status.show(`${namesOf(later)}: in ${left} s, as the inventory says`);
    await sleep(1000);
  }
  status.clear();
}

function messageOf(error: unknown, name: string, { power, timeout }: Run): string {
  if (error instanceof LibvirtError) return `${name}: ${error.message}`;
  if (!(error instanceof HostError)) throw error;
  if (error.code !== 'guest-does-not-stop' && error.code !== 'guest-does-not-restart') return error.message;
  const remedies = `Its console may say why (kvmctl console ${name}); --timeout gives it longer; kvmctl kill ${name} powers it off at once.`;
  return `${name} ${power.late} ${timeout} s after it was asked. ${remedies}`;
}

function notDone(failures: readonly string[], later: readonly Domain[]): CliError {
  const rest = later.length === 0 ? [] : [`Not begun, as they come after: ${namesOf(later)}`];
  return new CliError('not-done', [...rest, ...failures]);
}

const namesOf = (domains: readonly Domain[]): string => domains.map(({ name }) => name).join(', ');

const distinct = (domains: readonly Domain[]): readonly Domain[] => [
  ...new Map(domains.map((domain) => [domain.uuid, domain])).values(),
];
