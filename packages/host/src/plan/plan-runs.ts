import type { DomainElement } from '@kvm/domain-xml';
import type { Desired, DesiredGuest } from '../desired/desired.ts';
import { inStartOrder } from '../desired/start-order.ts';
import type { Observed, ObservedDomain } from '../observed.ts';
import { diskChanges } from './disk-data.ts';
import { type Holder, holderFinder, type Restarts, takenBy } from './plan-restarts.ts';
import type { PlanPart, Step, Waiting } from './step.ts';

export const startId = (guest: string): string => `start ${guest}`;

/**
 * Which guests start and stop: in the order that the inventory gives, each order waiting for the one before it, and each
 * guest's delay for those that follow.
 */
export function planRuns(
  desired: Desired,
  observed: Observed,
  { blocked, restarts }: { readonly blocked: ReadonlySet<string>; readonly restarts: Restarts },
): PlanPart {
  const holdersOf = holderFinder(observed.domains);
  const domains = new Map(observed.domains.map((domain) => [domain.name, domain]));
  const guests = desired.guests
    .filter(({ guest }) => !blocked.has(guest.name))
    .map((each) => ({ ...each, there: domains.get(each.guest.name) }));
  const wanted = guests.filter(({ guest }) => guest.state === 'running');
  const toStart = wanted
    .filter(({ there }) => !there?.active)
    .map((each) => ({ each, ...waitFor(holdersOf(each), each.guest.name, restarts) }));
  return {
    steps: [
      ...guests
        .filter(({ guest, there }) => guest.state === 'stopped' && there?.active)
        .map(({ guest, uuid, domain, there }) => stop(guest.name, uuid, changedDisks(domain, there))),
      ...wanted.filter(({ there }) => there?.paused).map(({ guest, uuid }) => resume(guest.name, uuid)),
      ...starts(toStart.filter(({ taken }) => !taken).map(({ each, after }) => ({ ...each, after }))),
    ],
    waiting: toStart.flatMap(({ taken }) => taken ?? []),
  };
}

/** Disks that the next start takes from elsewhere than the guest that runs: where that may not be, the guest is blocked. */
const changedDisks = (domain: DomainElement, there: ObservedDomain | undefined): readonly string[] =>
  there?.running ? diskChanges(domain, there.running).map(({ disk }) => disk) : [];

const stop = (guest: string, uuid: string, replaces: readonly string[]): Step => ({
  id: `stop ${guest}`,
  guest,
  sign: '-',
  title: 'shut down',
  effect: 'restart',
  changes: [],
  reason: 'the inventory wants it stopped',
  after: [],
  action: { kind: 'stop', guest, uuid, replaces },
});

const resume = (guest: string, uuid: string): Step => ({
  id: `resume ${guest}`,
  guest,
  sign: '>',
  title: 'let it run on',
  effect: 'live',
  changes: [],
  reason: 'somebody has paused it',
  after: [],
  action: { kind: 'resume', guest, uuid },
});

interface WaitFor {
  /** What keeps it from starting at all. */
  readonly taken?: Waiting;
  /** Ids of steps that free what it needs. */
  readonly after: readonly string[];
}

function waitFor(holders: readonly Holder[], guest: string, { frees }: Restarts): WaitFor {
  const stays = holders.find(({ name }) => !frees.has(name));
  if (stays) return { taken: takenBy(guest, stays, 'start'), after: [] };
  return { after: holders.flatMap(({ name }) => frees.get(name) ?? []) };
}

interface ToStart extends DesiredGuest {
  readonly there: ObservedDomain | undefined;
  readonly after: readonly string[];
}

function starts(guests: readonly ToStart[]): Step[] {
  const options = new Map(
    guests.map(({ guest, uuid, after, there }) => [
      guest.name,
      { uuid, after, saved: there?.kept?.managedSave === true },
    ]),
  );
  const steps: Step[] = [];
  let before: readonly string[] = [];
  for (const round of inStartOrder(guests.map(({ guest }) => guest))) {
    let beside: readonly string[] = [];
    for (const { name, autostart } of round) {
      const delaySeconds = autostart === false ? 0 : autostart.delaySeconds;
      const own = options.get(name);
      if (own) steps.push(start(name, { ...own, delaySeconds, behind: before }));
      if (delaySeconds > 0) [before, beside] = [[startId(name)], [startId(name)]];
      else beside = [...beside, startId(name)];
    }
    before = beside;
  }
  return steps;
}

interface StartOptions {
  readonly uuid: string;
  readonly delaySeconds: number;
  readonly after: readonly string[];
  /** The round before: a guest of it that cannot start keeps the others from nothing. */
  readonly behind: readonly string[];
  /** Whether its memory is kept. */
  readonly saved: boolean;
}

const start = (guest: string, { uuid, delaySeconds, after, behind, saved }: StartOptions): Step => ({
  id: startId(guest),
  guest,
  sign: '>',
  title: `start${saved ? ' from its kept memory' : ''}${delaySeconds > 0 ? `, and wait ${delaySeconds} s` : ''}`,
  effect: 'live',
  changes: [],
  reason: 'the inventory wants it running',
  after,
  behind,
  action: { kind: 'start', guest, uuid, delaySeconds },
});
