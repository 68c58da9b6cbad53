import type { DomainElement } from '@kvm/domain-xml';
import type { Desired, DesiredGuest } from '../desired.ts';
import { diskChanges } from '../disk-data.ts';
import type { Observed, ObservedDomain } from '../observed.ts';
import { inStartOrder } from '../start-order.ts';
import type { PlanPart, Step, Waiting } from './step.ts';

const startId = (guest: string): string => `start ${guest}`;

/**
 * Which guests start and stop: in the order that the inventory gives, each order waiting for the one before it, and each
 * guest's delay for those that follow.
 */
export function planRuns(desired: Desired, observed: Observed, blocked: ReadonlySet<string>): PlanPart {
  const domains = new Map(observed.domains.map((domain) => [domain.name, domain]));
  const guests = desired.guests
    .filter(({ guest }) => !blocked.has(guest.name))
    .map((each) => ({ ...each, there: domains.get(each.guest.name) }));
  const wanted = guests.filter(({ guest }) => guest.state === 'running');
  const toStart = wanted
    .filter(({ there }) => !there?.active)
    .map((each) => ({ each, taken: takenBy(each, observed.domains) }));
  return {
    steps: [
      ...guests
        .filter(({ guest, there }) => guest.state === 'stopped' && there?.active)
        .map(({ guest, domain, there }) => stop(guest.name, changedDisks(domain, there))),
      ...wanted.filter(({ there }) => there?.paused).map(({ guest }) => resume(guest.name)),
      ...starts(toStart.filter(({ taken }) => !taken).map(({ each }) => each)),
    ],
    waiting: toStart.flatMap(({ taken }) => taken ?? []),
  };
}

/** Disks that the next start takes from elsewhere than the guest that runs: where that may not be, the guest is blocked. */
const changedDisks = (domain: DomainElement, there: ObservedDomain | undefined): readonly string[] =>
  there?.running ? diskChanges(domain, there.running).map(({ disk }) => disk) : [];

const stop = (guest: string, replaces: readonly string[]): Step => ({
  id: `stop ${guest}`,
  guest,
  sign: '-',
  title: 'shut down',
  effect: 'restart',
  changes: [],
  reason: 'the inventory wants it stopped',
  after: [],
  action: { kind: 'stop', guest, replaces },
});

const resume = (guest: string): Step => ({
  id: `resume ${guest}`,
  guest,
  sign: '>',
  title: 'let it run on',
  effect: 'live',
  changes: [],
  reason: 'somebody has paused it',
  after: [],
  action: { kind: 'resume', guest },
});

/** What two guests cannot have at once. */
function namesTaken(domain: DomainElement): readonly string[] {
  const { interface: cards = [], graphics = [] } = domain.devices ?? {};
  return [
    ...cards.flatMap(({ target }) => (target?.['@dev'] ? [`the interface ${target['@dev']}`] : [])),
    ...cards.flatMap(({ mac }) => (mac ? [`the MAC address ${mac['@address'].toLowerCase()}`] : [])),
    ...graphics.flatMap((each) =>
      each['@type'] === 'vnc' && '@port' in each && Number(each['@port']) > 0 ? [`VNC port ${each['@port']}`] : [],
    ),
  ];
}

function takenBy({ guest, domain }: DesiredGuest, domains: readonly ObservedDomain[]): Waiting | undefined {
  const wanted = new Set(namesTaken(domain));
  for (const { name, running } of domains) {
    const common = running && name !== guest.name && namesTaken(running).find((each) => wanted.has(each));
    if (!common) continue;
    return {
      guest: guest.name,
      kind: 'blocked',
      what: `${guest.name} cannot start: ${name} runs and has ${common}`,
      remedy: `Shut ${name} down, or \`kvmctl destroy ${name}\` when it is not wanted any more; then apply again.`,
      changes: [],
    };
  }
  return undefined;
}

function starts(guests: readonly DesiredGuest[]): Step[] {
  const steps: Step[] = [];
  let before: readonly string[] = [];
  for (const round of inStartOrder(guests.map(({ guest }) => guest))) {
    let beside: readonly string[] = [];
    for (const { name, autostart } of round) {
      const delaySeconds = autostart === false ? 0 : autostart.delaySeconds;
      steps.push(start(name, delaySeconds, before));
      if (delaySeconds > 0) [before, beside] = [[startId(name)], [startId(name)]];
      else beside = [...beside, startId(name)];
    }
    before = beside;
  }
  return steps;
}

const start = (guest: string, delaySeconds: number, after: readonly string[]): Step => ({
  id: startId(guest),
  guest,
  sign: '>',
  title: delaySeconds > 0 ? `start, and wait ${delaySeconds} s` : 'start',
  effect: 'live',
  changes: [],
  reason: 'the inventory wants it running',
  after,
  action: { kind: 'start', guest, delaySeconds },
});
