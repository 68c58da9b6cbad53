import { type DomainDifference, isNewerThanKnown, knownLibvirt } from '@kvm/domain-xml';
import type { DesiredGuest } from '../desired/desired.ts';
import { domainDifferences, keepChosen, markDifference } from '../drift/definition.ts';
import { isOurs } from '../marker.ts';
import type { ObservedDomain } from '../observed.ts';
import { disksTwice } from './disk-data.ts';
import { holdDisks, type KnownVolumes, withEffects } from './hold-disks.ts';
import { startId } from './plan-runs.ts';
import type { TapPlan } from './plan-tap.ts';
import type { GuestProbe, PlanOptions, PlanPart, Step, StepChange, Waiting } from './step.ts';

const defineId = (guest: string): string => `define ${guest}`;
const restartId = (guest: string): string => `restart ${guest}`;
const nothing: PlanPart = { steps: [], waiting: [] };

interface DomainPlanOptions extends PlanOptions {
  readonly known: KnownVolumes;
  /** Of the guest's link with the host. */
  readonly link: Pick<TapPlan, 'onlyRestart' | 'isElsewhere'>;
  /** The release of the host's libvirt. */
  readonly libvirt: string | undefined;
}

/** What a guest's definition is to be, and how a running guest gets it. Starting and stopping are others' business. */
export function planDomain(
  desired: DesiredGuest,
  there: ObservedDomain | undefined,
  options: DomainPlanOptions,
): PlanPart {
  if (there === undefined)
    return { steps: [define(desired, undefined, { changes: [] }), ...autostart(desired, false)], waiting: [] };
  const stranger = notOurs(desired, there);
  if (stranger) return { steps: [], waiting: [stranger] };
  const { held, replaces, destroys } = holdDisks(desired, there, options);
  const plan = planOwn(desired, there, { ...options, replaces, destroys });
  if (!held || (plan.steps.length === 0 && plan.waiting.length === 0 && !isToStop(desired, there))) return plan;
  const changes = [...plan.steps, ...plan.waiting].flatMap((each) => each.changes);
  const once = new Map(changes.map((change) => [`${change.what} ${change.before} ${change.after}`, change]));
  return { steps: [], waiting: [{ ...held, changes: [...once.values()] }] };
}

const isToStop = ({ guest }: DesiredGuest, { active }: ObservedDomain): boolean => guest.state === 'stopped' && active;

interface OwnPlanOptions extends DomainPlanOptions {
  readonly replaces: readonly string[];
  readonly destroys: ReadonlySet<string>;
}

/** The plan for a guest whose disks may become what the inventory says. */
function planOwn(desired: DesiredGuest, there: ObservedDomain, options: OwnPlanOptions): PlanPart {
  const { replaces, destroys, libvirt } = options;
  const definition = [
    ...domainDifferences(desired.domain, there.definition, libvirt),
    // A guest that was there before its inventory has its mark from its first change on.
    ...(desired.guest.uuid === undefined ? markDifference(desired.domain, there.definition) : []),
  ];
  const live = there.running
    ? planRunning(desired, { uuid: there.uuid, running: there.running }, options)
    : planSaved(desired, there, options);
  const restarts = live.steps.filter(({ action }) => action.kind === 'restart');
  const later = new Set([...live.waiting, ...restarts].flatMap(({ changes }) => changes.map(({ what }) => what)));
  const defined =
    definition.length === 0 && there.persistent
      ? []
      : [
          define(desired, there, {
            changes: withEffects(
              definition.map((difference) => shown(difference, later)),
              destroys,
            ),
            replaces,
            libvirt,
          }),
        ];
  return {
    steps: [...defined, ...autostart(desired, there.autostart), ...afterDefine(live.steps, defined)],
    waiting: [...live.waiting, ...commanded(desired, there)],
  };
}

/** libvirt tells that it was so, and not what was changed; a start from the definition ends it. */
function commanded({ guest: { name } }: DesiredGuest, { isCommanded = false }: ObservedDomain): Waiting[] {
  if (!isCommanded) return [];
  return [
    {
      guest: name,
      kind: 'differs',
      in: 'running guest',
      what: `somebody gave the QEMU of ${name} orders past libvirt: it may run with what no definition says`,
      remedy: `\`virsh qemu-monitor-command ${name} --hmp info qtree\` shows its devices; shut down and started, it has what its definition says.`,
      changes: [],
    },
  ];
}

const afterDefine = (steps: readonly Step[], defined: readonly Step[]): Step[] =>
  steps.map((step) => ({ ...step, after: [...defined.map(({ id }) => id), ...step.after] }));

function notOurs({ guest, uuid }: DesiredGuest, there: ObservedDomain): Waiting | undefined {
  const { name } = guest;
  if (there.uuid === uuid && there.name === name) return undefined;
  const base = { guest: name, kind: 'blocked', changes: [] } as const;
  if (there.name !== name) {
    const what = `libvirt knows ${name} by the name of ${there.name}`;
    return { ...base, what, remedy: `virsh domrename ${there.name} ${name}, while it does not run.` };
  }
  if (!isOurs(there.definition)) {
    const what = `a domain called ${name} is there that is not from an inventory (UUID ${there.uuid})`;
    return {
      ...base,
      what,
      remedy: `Give one of both another name; or take ${name} out of the inventory, and \`kvmctl import ${name}\` writes it as it is.`,
    };
  }
  const what = `${name} is from an inventory with another host.name, or another uuid of it (UUID ${there.uuid})`;
  return {
    ...base,
    what,
    remedy: `If it is the same guest, write the old host.name, or \`uuid: ${there.uuid}\` in guests.${name}.`,
  };
}

interface Definition {
  readonly changes: readonly StepChange[];
  readonly replaces?: readonly string[];
  readonly libvirt?: string | undefined;
}

function define(
  { guest, domain }: DesiredGuest,
  there: ObservedDomain | undefined,
  { changes, replaces = [], libvirt }: Definition,
): Step {
  const effects = new Set(changes.map(({ effect }) => effect));
  return {
    id: defineId(guest.name),
    guest: guest.name,
    sign: there ? '~' : '+',
    title: there?.persistent ? 'change the definition' : 'define the domain',
    effect: effects.has('destroys data') ? 'destroys data' : effects.has('next boot') ? 'next boot' : 'live',
    changes,
    reason: reasonToDefine(there, changes.length > 0 ? libvirt : undefined),
    after: [],
    action: { kind: 'define', domain: there ? keepChosen(domain, there.definition) : domain, replaces },
  };
}

function reasonToDefine(there: ObservedDomain | undefined, libvirt: string | undefined): string {
  if (there === undefined) return 'libvirt does not know it';
  return there.persistent
    ? `the inventory says otherwise${newerLibvirt(libvirt)}`
    : 'it runs without a definition, and is forgotten when it stops';
}

/** What a later libvirt than any that is known fills in by itself looks like a change that somebody made. */
const newerLibvirt = (libvirt: string | undefined): string =>
  libvirt !== undefined && isNewerThanKnown(libvirt)
    ? `, or libvirt ${libvirt} filled it in: its defaults are known up to ${knownLibvirt.newest}`
    : '';

function shown({ path, desired, actual }: DomainDifference, later: ReadonlySet<string>): StepChange {
  return { what: path, before: actual, after: desired, effect: later.has(path) ? 'next boot' : 'live' };
}

function autostart({ guest, uuid }: DesiredGuest, is: boolean): Step[] {
  const on = guest.autostart !== false;
  if (on === is) return [];
  return [
    {
      id: `autostart ${guest.name}`,
      guest: guest.name,
      sign: '~',
      title: on ? 'start it with the host' : 'no longer start it with the host',
      effect: 'live',
      changes: [],
      reason: 'the inventory says so',
      after: [defineId(guest.name)],
      action: { kind: 'autostart', guest: guest.name, uuid, on },
    },
  ];
}

type RunningDomain = Required<Pick<ObservedDomain, 'uuid' | 'running'>>;

/** What a running guest can be given at once; all else is for its next boot. */
function planRunning(
  desired: DesiredGuest,
  { uuid, running }: RunningDomain,
  { restart = false, replaces, destroys, link, libvirt }: OwnPlanOptions,
): PlanPart {
  const differences = domainDifferences(desired.domain, running, libvirt);
  const { name } = desired.guest;
  // The balloon waits with the memory around it.
  const grows = differences.some(({ path }) => path === 'memory');
  // A volume that runs under another name already would be written to twice.
  const twice = new Set(disksTwice(desired.domain, running).map(({ disk }) => `devices.disk[${disk}]`));
  const at = differences.map((difference) => ({
    difference,
    step:
      (grows && difference.path === 'currentMemory') || twice.has(difference.path)
        ? undefined
        : liveStep(desired, difference),
  }));
  const later = at.filter(({ step }) => step === undefined).map(({ difference }) => difference);
  const steps = at.flatMap(({ step }) => step ?? []);
  const changes = withEffects(
    [
      ...later.map((difference) => shown(difference, new Set(later.map(({ path }) => path)))),
      ...link.onlyRestart.map((change) => ({ ...change, effect: 'next boot' as const })),
    ],
    destroys,
  );
  if (changes.length === 0) return { steps, waiting: [] };
  if (restart)
    return {
      steps: [...steps, restartStep(desired, { uuid, changes, replaces })],
      waiting: link.isElsewhere ? [inAnotherSubnet(name)] : [],
    };
  const waiting: Waiting = {
    guest: name,
    kind: 'restart',
    what: `${name} runs on, and has this only after a restart${newerLibvirt(libvirt)}`,
    remedy: `${link.isElsewhere ? `${ownFiles(name)} Then ` : ''}\`kvmctl apply --restart\` restarts such guests one by one; or restart it when it suits.`,
    changes,
  };
  return { steps, waiting: [waiting] };
}

const inAnotherSubnet = (name: string): Waiting => ({
  guest: name,
  kind: 'differs',
  in: 'running guest',
  what: `${name} starts in another subnet than the one that it runs in`,
  remedy: ownFiles(name),
  changes: [],
});

/** A guest's addresses are in files of its own, which nothing here changes. */
const ownFiles = (guest: string): string =>
  `Its own files say its addresses: put in those of \`kvmctl render\` below etc/kvm/guests/${guest} first.`;

/** A guest whose memory is kept starts with the definition that it had, whatever it is now. */
function planSaved(
  desired: DesiredGuest,
  { uuid, kept }: ObservedDomain,
  { restart = false, replaces, destroys, libvirt }: OwnPlanOptions,
): PlanPart {
  const { name, state } = desired.guest;
  if (kept?.saved === undefined || state === 'stopped') return nothing;
  // As it ran, but for the number that it had while it did.
  const differences = domainDifferences(desired.domain, { ...kept.saved, '@id': '1' }, libvirt);
  if (differences.length === 0) return nothing;
  const all = new Set(differences.map(({ path }) => path));
  const changes = withEffects(
    differences.map((difference) => shown(difference, all)),
    destroys,
  );
  if (restart)
    return { steps: [{ ...restartStep(desired, { uuid, changes, replaces }), after: [startId(name)] }], waiting: [] };
  const waiting: Waiting = {
    guest: name,
    kind: 'restart',
    in: 'kept memory',
    what: `${name} starts from its kept memory with what it had then, and has this only after a restart`,
    remedy: `\`kvmctl apply --restart\` starts it and then restarts it; \`virsh managedsave-remove ${name}\` throws the memory away, with what it has not written yet.`,
    changes,
  };
  return { steps: [], waiting: [waiting] };
}

/** How to see that a guest answers; undefined for one that is not on the link of its VMID. */
function probeOf({ net, domain }: DesiredGuest): GuestProbe | undefined {
  const isLinked = domain.devices?.interface?.some(({ target }) => target?.['@dev'] === net.tap);
  return isLinked ? { address: net.ipv4.guest, mac: net.mac, tap: net.tap } : undefined;
}

function restartStep(
  desired: DesiredGuest,
  {
    uuid,
    changes,
    replaces,
  }: { readonly uuid: string; readonly changes: readonly StepChange[]; readonly replaces: readonly string[] },
): Step {
  const { guest } = desired;
  const probe = probeOf(desired);
  return {
    id: restartId(guest.name),
    guest: guest.name,
    sign: '>',
    title: 'shut down and start',
    effect: changes.some(({ effect }) => effect === 'destroys data') ? 'destroys data' : 'restart',
    changes,
    reason: 'libvirt cannot change this in a guest that runs',
    after: [],
    action: { kind: 'restart', guest: guest.name, uuid, replaces, ...(probe && { probe }) },
  };
}

/** Devices are added to a running guest, and never taken from one that may be using them. */
function liveStep({ guest, uuid, domain }: DesiredGuest, difference: DomainDifference): Step | undefined {
  const { path, desired, actual } = difference;
  if (difference.change !== 'live') return undefined;
  const base = { guest: guest.name, effect: 'live', reason: 'libvirt changes this while the guest runs' } as const;
  const [, disk] = /^devices\.disk\[(\w+)\]$/.exec(path) ?? [];
  if (disk !== undefined && actual === undefined) {
    return {
      ...base,
      id: `attach ${guest.name} ${disk}`,
      sign: '+',
      title: `attach ${disk}`,
      changes: [{ what: path, after: desired }],
      after: [],
      action: { kind: 'attach disk', guest: guest.name, uuid, disk, domain },
    };
  }
  const kib = Number(domain.currentMemory);
  if (path === 'currentMemory' && Number.isInteger(kib)) {
    return {
      ...base,
      id: `memory ${guest.name}`,
      sign: '~',
      title: 'give it its memory',
      changes: [{ what: path, before: actual, after: desired }],
      after: [],
      action: { kind: 'set memory', guest: guest.name, uuid, kib },
    };
  }
  return undefined;
}
