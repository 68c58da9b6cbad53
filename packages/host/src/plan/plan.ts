import { volumePath } from '@kvm/lvm';
import { isOurs } from '../definition.ts';
import type { Desired } from '../desired.ts';
import { keepDiskLetters } from '../disk-letters.ts';
import { plainFiles } from '../host-files.ts';
import { hostLinks } from '../host-links.ts';
import type { Observed, ObservedDomain } from '../observed.ts';
import { planDomain } from './plan-domain.ts';
import { planFiles } from './plan-files.ts';
import { planFirewall } from './plan-firewall.ts';
import { planLinks } from './plan-links.ts';
import { planRuns } from './plan-runs.ts';
import { planTap } from './plan-tap.ts';
import { planVolumes } from './plan-volumes.ts';
import type { PlanOptions, PlanPart, Step, Waiting } from './step.ts';

/** What it takes to make a host what an inventory says, in an order that works: every step stands after those it needs. */
export interface Plan {
  readonly steps: readonly Step[];
  /** What differs and is left alone. */
  readonly waiting: readonly Waiting[];
}

/**
 * Compares what is desired with what there is.
 *
 * Only what is ours is touched: domains with our mark, our firewall table, the files that the inventory makes. What no step
 * changes, because it would stop a guest or lose data, is said in `waiting`.
 */
export function planHost(inventoried: Desired, observed: Observed, options: PlanOptions = {}): Plan {
  const there = findDomains(observed.domains);
  const { vg } = inventoried.inventory.host;
  const guests = inventoried.guests.map((each) => keepDiskLetters(each, there(each.domain.uuid, each.guest.name), vg));
  const desired = { ...inventoried, guests };
  const volumes = planVolumes(desired, observed, options);
  const known = { renamed: renamedBy(volumes), volumes: observed.storage?.volumes };
  const parts = desired.guests.map((each) => {
    const domain = there(each.domain.uuid, each.guest.name);
    const link = planTap(each, domain, { ...observed, ranges: desired.inventory.ranges });
    return { link, domain: planDomain(each, domain, { ...options, known, link }) };
  });
  const elsewhere = desired.guests.filter((_, index) => parts[index]?.link.isElsewhere).map(({ guest }) => guest.name);
  const host = joined([
    planFiles(plainFiles(desired), observed),
    planLinks(hostLinks(desired.inventory.host), observed),
    planFirewall(desired, observed, elsewhere),
  ]);
  const links = joined(parts.map(({ link }) => link));
  const domains = joined(parts.map(({ domain }) => domain));
  const blocked = blockedGuests([volumes, domains]);
  const runs = planRuns(desired, observed, blocked);
  const all = joined([host, volumes, links, domains, runs]);
  const steps = all.steps.filter(({ guest, action }) => !(guest && blocked.has(guest) && touchesDisks(action)));
  return { steps: withOrder(steps), waiting: [...all.waiting, ...removed(desired, observed)] };
}

const joined = (parts: readonly PlanPart[]): PlanPart => ({
  steps: parts.flatMap(({ steps }) => steps),
  waiting: parts.flatMap(({ waiting }) => waiting),
});

function findDomains(domains: readonly ObservedDomain[]) {
  const byUuid = new Map(domains.map((domain) => [domain.uuid, domain]));
  const byName = new Map(domains.map((domain) => [domain.name, domain]));
  return (uuid: string | undefined, name: string) => byUuid.get(uuid ?? '') ?? byName.get(name);
}

const blockedGuests = (parts: readonly PlanPart[]): ReadonlySet<string> =>
  new Set(
    parts.flatMap(({ waiting }) => waiting.flatMap(({ kind, guest }) => (kind === 'blocked' && guest ? [guest] : []))),
  );

/** Device paths of volumes that steps rename, and what they are then. */
const renamedBy = ({ steps }: PlanPart): ReadonlyMap<string, string> =>
  new Map(
    steps.flatMap(({ action }): [string, string][] =>
      action.kind === 'volume' && action.step.action === 'rename'
        ? [[volumePath(action.step.vg, action.step.volume), volumePath(action.step.vg, action.step.to)]]
        : [],
    ),
  );

/** A blocked guest's disks stay as they are, by name, too: an overlay finds what is below it by its path. */
const touchesDisks = (action: Step['action']): boolean =>
  needsDisks(action.kind) || (action.kind === 'volume' && action.step.action === 'rename');

/** Steps after which a guest has, or may have, its disks open. */
const needsDisks = (kind: Step['action']['kind']): boolean =>
  ['start', 'restart', 'attach disk', 'resize disk'].includes(kind);

/** No guest runs before the host is ready for it, and the firewall closed; and guests restart one by one. */
function withOrder(steps: readonly Step[]): readonly Step[] {
  const ofHost = steps.filter(({ guest }) => guest === undefined).map(({ id }) => id);
  const known = new Set(steps.map(({ id }) => id));
  let restarted: readonly string[] = [];
  return steps.map((step) => {
    if (step.action.kind === 'set up tap') return { ...step, after: ofHost };
    if (!needsDisks(step.action.kind)) return { ...step, after: step.after.filter((id) => known.has(id)) };
    const ofGuest = steps.filter((each) => each.guest === step.guest && !needsDisks(each.action.kind));
    const own = step.action.kind === 'restart' ? restarted : [];
    if (step.action.kind === 'restart') restarted = [step.id];
    const after = new Set([...ofHost, ...ofGuest.map(({ id }) => id), ...step.after, ...own]);
    return { ...step, after: [...after].filter((id) => known.has(id)) };
  });
}

/** Guests that the inventory no longer has. */
function removed({ guests }: Desired, { domains }: Observed): Waiting[] {
  const names = new Set(guests.map(({ guest }) => guest.name));
  return domains
    .filter(({ name, definition }) => !names.has(name) && isOurs(definition))
    .map(({ name, active }) => ({
      guest: name,
      kind: 'removed',
      what: `${name} ${active ? 'runs' : 'is defined'}, and the inventory no longer has it`,
      remedy: `\`kvmctl destroy ${name}\` shuts it down and undefines it; its volumes stay.`,
      changes: [],
    }));
}
