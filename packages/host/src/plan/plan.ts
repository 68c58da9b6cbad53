import { volumePath } from '@kvm/lvm';
import type { Desired } from '../desired/desired.ts';
import { plainFiles } from '../desired/host-files.ts';
import { hostLinks } from '../desired/host-links.ts';
import type { Observed, ObservedDomain } from '../observed.ts';
import { withCauses } from './causes.ts';
import { keepDiskLetters } from './disk-letters.ts';
import { setDown } from './foreign-routing.ts';
import { narrowPlan } from './narrow-plan.ts';
import { planDomain } from './plan-domain.ts';
import { planFiles, planFolder } from './plan-files.ts';
import { planFirewall } from './plan-firewall.ts';
import { planHeld } from './plan-held.ts';
import { planLinks } from './plan-links.ts';
import { planRestarts } from './plan-restarts.ts';
import { planRuns } from './plan-runs.ts';
import { planSharedDisks } from './plan-shared-disks.ts';
import { planStrangers } from './plan-strangers.ts';
import { hostNetwork, planTap } from './plan-tap.ts';
import { planHostUnits } from './plan-units.ts';
import { behindBlocked, planVolumes } from './plan-volumes.ts';
import type { Plan, PlanOptions, PlanPart, Step } from './step.ts';

/**
 * Compares what is desired with what there is.
 *
 * Only what is ours is touched: domains with our mark, our firewall table, the files that the inventory makes. What no step
 * changes, because it would stop a guest or lose data, is said in `waiting`.
 *
 * @throws HostError `no-such-target`
 */
export function planHost(inventoried: Desired, observed: Observed, options: PlanOptions = {}): Plan {
  const there = findDomains(observed.domains);
  const { vg } = inventoried.inventory.host;
  const guests = inventoried.guests.map((each) => keepDiskLetters(each, there(each.uuid, each.guest.name), vg));
  const desired = { ...inventoried, guests };
  const held = planHeld(guests, observed, there);
  const volumes = planVolumes(desired, observed, options);
  const known = { renamed: renamedBy(volumes), volumes: observed.storage?.volumes };
  const network = hostNetwork(observed, desired.inventory.ranges);
  const parts = desired.guests.map((each) => {
    const domain = there(each.uuid, each.guest.name);
    const isIt = domain?.uuid === each.uuid && domain?.name === each.guest.name;
    const link = planTap(each, isIt ? domain : undefined, network);
    const plan = planDomain(each, domain, { ...options, known, link, libvirt: observed.libvirt });
    return { link, domain: withCauses(plan, each, domain) };
  });
  const elsewhere = desired.guests.filter((_, index) => parts[index]?.link.isElsewhere).map(({ guest }) => guest.name);
  const files = joined([
    planFiles(plainFiles(desired), observed),
    { steps: [], waiting: [...planFolder(observed), ...setDown(desired, observed)] },
    planLinks(hostLinks(desired.inventory.host), observed),
    planFirewall(desired, observed, elsewhere),
  ]);
  const host = joined([files, planHostUnits(desired, observed, files.steps)]);
  const links = joined(parts.map(({ link }) => link));
  const domains = joined(parts.map(({ domain }) => domain));
  const writers = {
    steps: [],
    waiting: [...planStrangers(desired, observed), ...planSharedDisks(desired, observed)],
  };
  const first = new Set([...blockedGuests([volumes, domains, writers]), ...held.names]);
  const behind = behindBlocked(volumes, first);
  const blocked = new Set([...first, ...behind.waiting.map(({ guest = '' }) => guest)]);
  const isRestart = ({ action }: Step): boolean => action.kind === 'restart';
  const own = { ...domains, steps: domains.steps.filter((step) => !isRestart(step)) };
  const restarts = planRestarts(
    domains.steps.filter((step) => isRestart(step) && !blocked.has(step.guest ?? '')),
    desired.guests,
    observed.domains,
  );
  const runs = planRuns(desired, observed, { blocked, restarts });
  const all = joined([host, volumes, writers, links, own, runs, restarts]);
  const steps = all.steps.filter(
    ({ id, guest = '', action, changes }) =>
      !behind.held.has(id) && !held.names.has(guest) && !(blocked.has(guest) && touchesDisks(action, changes)),
  );
  const left = all.waiting.filter(({ guest = '' }) => !held.said.has(guest));
  const plan = { steps: withOrder(steps), waiting: [...left, ...behind.waiting, ...held.waiting] };
  return narrowPlan(plan, inventoried, options);
}

const joined = (parts: readonly PlanPart[]): PlanPart => ({
  steps: parts.flatMap(({ steps }) => steps),
  waiting: parts.flatMap(({ waiting }) => waiting),
});

function findDomains(domains: readonly ObservedDomain[]) {
  const byUuid = new Map(domains.map((domain) => [domain.uuid, domain]));
  const byName = new Map(domains.map((domain) => [domain.name, domain]));
  return (uuid: string, name: string) => byUuid.get(uuid) ?? byName.get(name);
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
const touchesDisks = (action: Step['action'], changes: Step['changes']): boolean =>
  needsDisks(action.kind) ||
  (action.kind === 'volume' && action.step.action === 'rename') ||
  // With a disk that cannot be made it would not start again.
  (action.kind === 'define' && changes.some(({ what }) => what.startsWith('devices.disk[')));

/** Steps after which a guest has, or may have, its disks open. */
const needsDisks = (kind: Step['action']['kind']): boolean =>
  ['start', 'restart', 'attach disk', 'resize disk'].includes(kind);

/** Finds, of a step that needs a guest's volumes to be there, the steps after which they are. */
function volumesBefore(steps: readonly Step[]): (step: Step) => readonly string[] {
  const made = new Map<string, string[]>();
  for (const { id, guest, action } of steps) {
    if (guest === undefined || action.kind !== 'volume' || action.step.action === 'grow') continue;
    const known = made.get(guest);
    if (known) known.push(id);
    else made.set(guest, [id]);
  }
  return (step) => (namesDisks(step) ? (made.get(step.guest ?? '') ?? []) : []);
}

/** Whether a definition may name a disk that it did not name before. */
const namesDisks = ({ action, sign, changes }: Step): boolean =>
  action.kind === 'define' && (sign === '+' || changes.some(({ what }) => what.startsWith('devices.disk[')));

/**
 * No guest runs before the host is ready for it, and the firewall closed; and guests restart one by one. No definition names a
 * volume that could not be made: its guest would not start again.
 */
function withOrder(steps: readonly Step[]): readonly Step[] {
  const ofHost = steps.filter(({ guest }) => guest === undefined).map(({ id }) => id);
  const known = new Set(steps.map(({ id }) => id));
  const starts = new Set(steps.flatMap(({ action }) => (action.kind === 'start' ? [action.guest] : [])));
  const volumesOf = volumesBefore(steps);
  let restarted: readonly string[] = [];
  return steps.map((step) => {
    if (step.action.kind === 'set up tap') return { ...step, after: ofHost };
    const behind = step.behind && { behind: step.behind.filter((id) => known.has(id)) };
    const isToStartAgain = step.action.kind === 'stop' && starts.has(step.action.guest);
    if (!needsDisks(step.action.kind)) {
      const after = [...(isToStartAgain ? ofHost : []), ...volumesOf(step), ...step.after];
      return { ...step, ...behind, after: after.filter((id) => known.has(id)) };
    }
    const ofGuest = steps.filter((each) => each.guest === step.guest && !needsDisks(each.action.kind));
    const own = step.action.kind === 'restart' ? restarted : [];
    if (step.action.kind === 'restart') restarted = [step.id];
    const after = new Set([...ofHost, ...ofGuest.map(({ id }) => id), ...step.after, ...own]);
    return { ...step, ...behind, after: [...after].filter((id) => known.has(id)) };
  });
}
