import {
  type DesiredVolume,
  describeStep,
  formatSize,
  groupFault,
  LvmError,
  type Step as LvmStep,
  ownerTag,
  planVolumes as planLvm,
  type Storage,
  type VolumePlan,
  type VolumeProblem,
  volumePath,
} from '@kvm/lvm';
import type { Desired } from '../desired/desired.ts';
import { type GuestVolume, guestVolumes } from '../desired/volumes.ts';
import type { Observed } from '../observed.ts';
import { disksOf } from './disk-data.ts';
import type { PlanOptions, PlanPart, Step, Waiting } from './step.ts';
import { placesOf } from './whose-volumes.ts';

const noStorage: Storage = { groups: [], disks: [], volumes: [] };

/**
 * The guests' disks. Where there is no such volume group, devices that are at the disks' paths all the same are somebody
 * else's to make, and are used.
 */
export function planVolumes(desired: Desired, observed: Observed, { adopt = [] }: PlanOptions): PlanPart {
  const { storage = noStorage, volumes: devices } = observed;
  const { vg } = desired.inventory.host;
  const all = guestVolumes(desired);
  const isManaged = storage.groups.some(({ name }) => name === vg);
  const wanted = isManaged ? all : all.filter(({ volume }) => !devices.has(volumePath(volume.vg, volume.name)));
  const { plan, problems } = planWhatCanBe(wanted, storage, [...adopt, ...takenOver(desired, observed)]);
  const guestOf = guestFinder(plan.steps, all);
  return {
    steps: [
      ...inOrder(plan.steps).map(({ step, after }) => stepOf(step, after, guestOf)),
      ...resizes(desired, observed, plan),
    ],
    waiting: [
      ...blocked(problems, wanted),
      ...(isManaged && !problems.some(({ where }) => where === vg) ? unwell(vg, storage) : []),
      ...differences(plan, all),
      ...readOnly(storage, all),
      ...leftOver(plan, all, observed.domains),
    ],
  };
}

/** Volumes that are the disks of domains which the inventory knows by their UUID: a person has said whose they are. */
function takenOver({ guests, inventory }: Desired, { domains }: Observed): string[] {
  const byUuid = new Map(domains.map(({ uuid, definition }) => [uuid, definition]));
  return guests.flatMap(({ guest }) => {
    const disks = (guest.uuid && byUuid.get(guest.uuid)?.devices?.disk) || [];
    const paths = new Set(disks.map(({ source }) => source && '@dev' in source && source['@dev']));
    const own = guest.disks.map(({ name }) => `${inventory.host.vg}/${guest.name}.${name}`);
    return own.filter((path) => paths.has(`/dev/${path}`));
  });
}

/** The plan without those volumes that something is wrong with, so that the others need not wait for them. */
function planWhatCanBe(wanted: readonly GuestVolume[], storage: Storage, adopt: readonly string[]) {
  const problems: VolumeProblem[] = [];
  let left = wanted.map(({ volume }) => volume);
  for (;;) {
    const names = new Set(left.map(pathOf));
    try {
      return { plan: planLvm(left, storage, { adopt: adopt.filter((path) => names.has(path)) }), problems };
    } catch (error) {
      if (!(error instanceof LvmError) || error.problems.length === 0) throw error;
      problems.push(...error.problems);
      const wrong = new Set(error.problems.map(({ where }) => where));
      const rest = left.filter((volume) => !wrong.has(pathOf(volume)) && !wrong.has(volume.vg));
      left = rest.length < left.length ? rest : [];
    }
  }
}

const pathOf = ({ vg, name }: DesiredVolume): string => `${vg}/${name}`;

function blocked(problems: readonly VolumeProblem[], wanted: readonly GuestVolume[]): Waiting[] {
  return problems.flatMap(({ where, message, remedy, code }) => {
    const guests = wanted.filter(({ volume }) => [pathOf(volume), volume.vg].includes(where));
    const adopting = code === 'foreign-volume' ? ` \`kvmctl apply --adopt ${where}\` does.` : '';
    return [...new Set(guests.map(({ guest }) => guest))].map(
      (guest): Waiting => ({
        guest,
        kind: 'blocked',
        what: `${where}: ${message.replace(/\.$/, '')}`,
        remedy: `${remedy}${adopting}`,
        changes: [],
      }),
    );
  });
}

/** A group that nothing has to be changed in just now, and nothing could be. */
function unwell(vg: string, storage: Storage): Waiting[] {
  const fault = groupFault(storage, vg);
  if (fault === undefined) return [];
  const [, message, remedy] = fault;
  return [{ kind: 'differs', what: `${vg}: ${message.replace(/\.$/, '')}`, remedy, changes: [] }];
}

const signs = { create: '+', grow: '~', rename: '~', tag: '~', remove: '-' } as const;

const reasons: Record<LvmStep['action'], string> = {
  create: 'the inventory has this disk, and it is not there',
  grow: 'the inventory says a larger size',
  rename: 'it is marked as this disk under another name',
  tag: 'you said that it is ours',
  remove: 'its making was interrupted, and nothing is on it yet',
};

/** Steps that begin or end with the same name need the one before: a removal, then a creation; a rename, then a growth. */
function inOrder(steps: readonly LvmStep[]): readonly { step: LvmStep; after: readonly string[] }[] {
  const last = new Map<string, string>();
  return steps.map((step) => {
    const paths = [step.volume, ...(step.action === 'rename' ? [step.to] : [])].map((name) => `${step.vg}/${name}`);
    const after = [...new Set(paths.flatMap((path) => last.get(path) ?? []))];
    for (const path of paths) last.set(path, idOf(step));
    return { step, after };
  });
}

const idOf = ({ action, vg, volume }: LvmStep): string => `${action} ${vg}/${volume}`;

/** Finds whose volume a step is about; one that goes aside for a while is its guest's, too. */
function guestFinder(steps: readonly LvmStep[], all: readonly GuestVolume[]): (step: LvmStep) => string | undefined {
  const guests = new Map(all.map(({ guest, volume }) => [pathOf(volume), guest]));
  const names = new Map(steps.flatMap((step) => (step.action === 'rename' ? [[step.uuid, step.to]] : [])));
  return (step) => guests.get(`${step.vg}/${step.action === 'rename' ? names.get(step.uuid) : step.volume}`);
}

interface BehindBlocked {
  readonly waiting: readonly Waiting[];
  /** Ids of the steps that are not to be done. */
  readonly held: ReadonlySet<string>;
}

/**
 * Guests whose volumes would get the names of those of blocked guests, which keep theirs: nothing is done to these either, or they
 * would start with the others' data.
 */
export function behindBlocked({ steps }: PlanPart, blocked: ReadonlySet<string>): BehindBlocked {
  const held = new Map<string, string>();
  const waiting = new Map<string, Waiting>();
  for (const { id, guest = '', after, action } of steps) {
    const [cause] = after.flatMap((each) => held.get(each) ?? []);
    const isRename = action.kind === 'volume' && action.step.action === 'rename';
    if (isRename && blocked.has(guest)) held.set(id, guest);
    else if (cause !== undefined) {
      held.set(id, cause);
      if (guest && !blocked.has(guest)) waiting.set(guest, waitsFor(guest, cause));
    }
  }
  return { waiting: [...waiting.values()], held: new Set(held.keys()) };
}

const waitsFor = (guest: string, cause: string): Waiting => ({
  guest,
  kind: 'blocked',
  what: `a volume of ${guest} needs a name that one of ${cause} has, and nothing is done to ${cause}`,
  remedy: `Mend what blocks ${cause} first.`,
  changes: [],
});

/** How a step of LVM's stands in a plan for a host. */
function stepOf(step: LvmStep, after: readonly string[], guestOf: (step: LvmStep) => string | undefined): Step {
  const guest = guestOf(step);
  return {
    id: idOf(step),
    ...(guest !== undefined && { guest }),
    sign: signs[step.action],
    title: describeStep(step),
    effect: step.action === 'remove' && step.reason === 'unfinished' ? 'live' : step.effect,
    changes: [],
    reason: reasons[step.action],
    after,
    action: { kind: 'volume', step },
  };
}

/** A move or another layout is a person's decision. */
const differences = ({ differences: found }: VolumePlan, all: readonly GuestVolume[]): Waiting[] =>
  found.map(({ vg, volume, what, is, wanted }) => {
    const guest = all.find((each) => pathOf(each.volume) === `${vg}/${volume}`)?.guest;
    return {
      ...(guest !== undefined && { guest }),
      kind: 'differs',
      what: `${vg}/${volume} has another ${what}`,
      remedy: what === 'place' ? '`kvmctl disk move` moves it while its guest runs.' : 'A new layout takes a copy.',
      changes: [{ what, before: is, after: wanted }],
    };
  });

/** A guest cannot write to them, and one that runs may have begun to. */
function readOnly({ volumes }: Storage, all: readonly GuestVolume[]): Waiting[] {
  const locked = new Map(volumes.filter(({ writable }) => !writable).map((volume) => [volume.tags.join(), volume]));
  return all.flatMap(({ guest, volume }) => {
    const found = locked.get(ownerTag(volume.owner));
    if (found === undefined) return [];
    const path = `${found.vg}/${found.name}`;
    const remedy = `\`lvchange -prw ${path}\` lets it be written to.`;
    return [{ guest, kind: 'differs', what: `${path} may only be read`, remedy, changes: [] }];
  });
}

/** A running guest sees that its disk has grown only when it is told. */
function resizes({ guests, inventory }: Desired, { domains, storage = noStorage }: Observed, plan: VolumePlan): Step[] {
  const byName = new Map(domains.map((domain) => [domain.name, domain]));
  const sizes = new Map(storage.volumes.map(({ vg, name, bytes }) => [`${vg}/${name}`, bytes]));
  for (const step of plan.steps) if (step.action === 'grow') sizes.set(`${step.vg}/${step.volume}`, step.bytes);
  return guests.flatMap(({ guest, uuid, domain }) => {
    const { running, diskBytes } = byName.get(guest.name) ?? {};
    const own = guest.disks.map(({ name }) => volumePath(inventory.host.vg, `${guest.name}.${name}`));
    const wanted = disksOf(domain).filter(({ place }) => own.includes(place));
    const open = new Map((running ? disksOf(running) : []).map(({ disk, place }) => [disk, place]));
    return wanted.flatMap(({ disk, place }): Step[] => {
      // It may have another of its disks there still; one that was renamed has its old path.
      if (open.get(disk) !== place && own.includes(open.get(disk) ?? '')) return [];
      const path = place.replace('/dev/', '');
      const [bytes = 0, seen = 0] = [sizes.get(path), diskBytes?.get(disk)];
      return seen > 0 && seen < bytes ? [resize({ guest: guest.name, uuid, disk, bytes, seen }, path)] : [];
    });
  });
}

function resize(
  { seen, ...disk }: { guest: string; uuid: string; disk: string; bytes: number; seen: number },
  path: string,
): Step {
  return {
    id: `resize ${disk.guest} ${disk.disk}`,
    guest: disk.guest,
    sign: '>',
    title: `tell the guest how large ${disk.disk} is`,
    effect: 'live',
    changes: [{ what: disk.disk, before: formatSize(seen), after: formatSize(disk.bytes) }],
    reason: 'else it sees the new size only when it starts the next time',
    after: [`grow ${path}`],
    action: { kind: 'resize disk', ...disk },
  };
}

/** Those of a guest that the inventory no longer has, and libvirt has, are that guest's to be told of. */
function leftOver(plan: VolumePlan, all: readonly GuestVolume[], domains: Observed['domains']): Waiting[] {
  const used = new Set(domains.flatMap(placesOf));
  const wanted = new Set(all.map(({ volume }) => pathOf(volume)));
  return plan.leftOver
    .filter((path) => !wanted.has(path) && !used.has(`/dev/${path}`))
    .map((path) => ({
      kind: 'removed',
      what: `the volume ${path} is ours, and no guest has it any more`,
      remedy: `It stays. \`kvmctl destroy GUEST --confirm=GUEST\` removes a guest's volumes; \`lvremove ${path}\` this one.`,
      changes: [],
    }));
}
