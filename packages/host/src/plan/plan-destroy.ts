import {
  describeStep,
  formatSize,
  type LogicalVolume,
  LvmError,
  type Step as LvmStep,
  markOf,
  planVolumes,
  type Storage,
  type VolumeProblem,
  disksOf as volumesOf,
} from '@kvm/lvm';
import { HostError } from '../errors.ts';
import { isOurs } from '../marker.ts';
import type { Observed, ObservedDomain } from '../observed.ts';
import { disksOf } from './disk-data.ts';
import { jobsOf } from './hold-disks.ts';
import type { Plan, Step, Waiting } from './step.ts';
import { isIn, isVolume, placesOf, severalGroups, usedElsewhere } from './whose-volumes.ts';

export interface DestroyOptions {
  /** Remove its volumes, with all that is on them. */
  readonly volumes?: boolean;
}

/**
 * What it takes to be rid of a guest that a person has named: it is shut down and undefined; its volumes are removed only when
 * they are named as well.
 *
 * @throws HostError `no-such-guest`, also for a domain that is not ours
 */
export function planDestroy(
  name: string,
  { domains, storage }: Pick<Observed, 'domains' | 'storage'>,
  { volumes = false }: DestroyOptions = {},
): Plan {
  const marked = (storage?.volumes ?? []).filter(({ tags }) => markOf(tags)?.owner.startsWith(`${name}/`));
  const there = domains.find((domain) => domain.name === name);
  const owned = marked.filter(({ vg }) => isIn(vg, there, { domains, storage }));
  const own = { owned, elsewhere: marked.filter((each) => !owned.includes(each)), name, volumes, storage, there };
  const inUse = volumes ? [...severalGroups(owned, name, own), ...usedElsewhere(owned, domains, name)] : [];
  if (there === undefined && marked.length > 0)
    return inUse.length > 0 ? { steps: [], waiting: inUse } : withVolumes([], own);
  if (there === undefined) {
    const names = domains.filter(({ definition }) => isOurs(definition)).map((domain) => domain.name);
    throw new HostError(
      'no-such-guest',
      `no domain is called "${name}". Of ours there are: ${names.join(', ') || 'none'}.`,
    );
  }
  if (!isOurs(there.definition)) {
    throw new HostError(
      'no-such-guest',
      `${name} does not bear our mark, which \`kvmctl apply\` gives to a domain that the inventory has: it may be somebody else's. \`virsh undefine ${name}\` is for such domains.`,
    );
  }
  const blocked = [...hindrances(there), ...inUse];
  if (blocked.length > 0) return { steps: [], waiting: blocked };
  const reason = 'you named it';
  const stop: Step = {
    id: `stop ${name}`,
    guest: name,
    sign: '-',
    title: 'shut down',
    effect: 'restart',
    changes: [],
    reason,
    after: [],
    action: { kind: 'stop', guest: name, uuid: there.uuid, replaces: [], undefines: true },
  };
  const undefine: Step = {
    id: `undefine ${name}`,
    guest: name,
    sign: '-',
    title: 'undefine the domain',
    effect: 'restart',
    changes: [],
    reason,
    after: there.active ? [stop.id] : [],
    action: { kind: 'undefine', guest: name, uuid: there.uuid },
  };
  return withVolumes(there.active ? [stop, undefine] : [undefine], own);
}

/**
 * What libvirt keeps of a domain beside its definition. It refuses to undefine a domain that has some of it, and that only
 * once the guest is shut down: https://libvirt.org/html/libvirt-libvirt-domain.html#virDomainUndefineFlags
 *
 * @param planned the UUID of the domain that is meant: names change hands
 */
export function hindrances(
  there: Pick<ObservedDomain, 'name' | 'definition' | 'running' | 'jobs' | 'kept' | 'uuid'>,
  planned = there.uuid,
): Waiting[] {
  const { name, definition, running, kept, uuid } = there;
  const blocked = (what: string, remedy: string): Waiting => ({
    guest: name,
    kind: 'blocked',
    in: running ? 'running guest' : 'definition',
    what,
    remedy,
    changes: [],
  });
  if (uuid !== planned || !isOurs(definition)) {
    const what = `${name} is another domain than when this was planned (UUID ${uuid})`;
    return [blocked(what, `See what it is: \`virsh dumpxml ${name}\`.`)];
  }
  const found: Waiting[] = [];
  const jobs = jobsOf(there);
  if (jobs.length > 0) {
    found.push(
      blocked(
        `libvirt is at work on ${name}: ${jobs.join(', ')}`,
        `Wait until it has ended; \`virsh blockjob ${name} DISK --abort\` or \`virsh domjobabort ${name}\` ends it.`,
      ),
    );
  }
  for (const { disk, shown, below } of disksOf(running ?? definition)) {
    if (jobs.length > 0 || !below.some((place) => /^\/dev\/[^/]+\//.test(place) && place.includes(`/${name}.`)))
      continue;
    found.push(
      blocked(
        `${name} writes to ${shown}, an overlay of ${below.join(', ')}: what was written since is not in its volumes`,
        `\`virsh blockcommit ${name} ${disk} --active --pivot --verbose\` brings it back while the guest runs.`,
      ),
    );
  }
  if (kept?.managedSave) {
    found.push(
      blocked(
        `the memory of ${name} is kept for its next start, with what it has not written yet`,
        `\`virsh start ${name}\` and shut it down, and all is written; \`virsh managedsave-remove ${name}\` throws it away.`,
      ),
    );
  }
  if (kept && kept.snapshots.length > 0) {
    found.push(
      blocked(
        `${name} has ${counted(kept.snapshots, 'snapshot')}, which would be lost with it`,
        `\`virsh snapshot-delete ${name} NAME\` deletes one; with \`--metadata\` libvirt only forgets it, and its data stay.`,
      ),
    );
  }
  if (kept && kept.checkpoints.length > 0) {
    found.push(
      blocked(
        `${name} has ${counted(kept.checkpoints, 'checkpoint')}, which would be lost with it: the next backup is a full one`,
        `\`virsh checkpoint-delete ${name} NAME\` deletes one; with \`--metadata\` libvirt only forgets it.`,
      ),
    );
  }
  return found;
}

/** `2 snapshots (before, after)` */
const counted = (names: readonly string[], noun: string): string =>
  `${names.length} ${noun}${names.length === 1 ? '' : 's'} (${names.join(', ')})`;

interface Owned {
  readonly owned: readonly LogicalVolume[];
  /** Marked as its own, and in groups that it has no disk in. */
  readonly elsewhere: readonly LogicalVolume[];
  readonly there: ObservedDomain | undefined;
  readonly name: string;
  readonly volumes: boolean;
  readonly storage: Storage | undefined;
}

function withVolumes(steps: readonly Step[], { owned, elsewhere, there, name, volumes, storage }: Owned): Plan {
  const others = elsewhere.map(
    ({ vg, name: volume }): Waiting => ({
      guest: name,
      kind: 'removed',
      what: `the volume ${vg}/${volume} stays: it is marked as one of ${name}, which is not known to have a disk in ${vg}`,
      remedy: `It may be another host's, attached here. \`lvremove ${vg}/${volume}\` removes it.`,
      changes: [],
    }),
  );
  if (!volumes) {
    const waiting = owned.map(
      ({ vg, name: volume, bytes }): Waiting => ({
        guest: name,
        kind: 'removed',
        what: `the volume ${vg}/${volume} (${formatSize(bytes)}) stays, with all that is on it`,
        remedy: `\`kvmctl destroy ${name} --confirm=${name}\` removes it, too.`,
        changes: [],
      }),
    );
    return { steps, waiting: [...waiting, ...others] };
  }
  if (storage === undefined || owned.length === 0) return { steps, waiting: others };
  // Its guest, which has its disks open, is stopped before; each removal looks again.
  const held = there?.active ? placesOf(there) : [];
  const closed = storage.volumes.map((each) =>
    owned.includes(each) && markOf(each.tags)?.kind === 'disk' && held.some((place) => isVolume(place, each))
      ? { ...each, open: false }
      : each,
  );
  try {
    const remove = owned.map(({ vg, name: volume }) => `${vg}/${volume}`);
    const { steps: removals } = planVolumes([], { ...storage, volumes: closed }, { remove });
    for (const vg of new Set(owned.map((each) => each.vg))) volumesOf(storage, vg, name);
    return {
      steps: [
        ...steps,
        ...inOrder(
          removals.map((step) => removal(step, name)),
          steps,
        ),
      ],
      waiting: others,
    };
  } catch (error) {
    if (!(error instanceof LvmError) || error.problems.length === 0) throw error;
    // Nothing is done when not all of it can be.
    return { steps: [], waiting: error.problems.map((problem) => blocked(problem, name)) };
  }
}

const blocked = ({ where, message, remedy }: VolumeProblem, guest: string): Waiting => ({
  ...{ guest, kind: 'blocked', what: `${where}: ${message.replace(/\.$/, '')}`, remedy, changes: [] },
});

/** One after another: snapshots come before what they are taken of. */
const inOrder = (removals: readonly Step[], before: readonly Step[]): readonly Step[] =>
  removals.map((step, index) => ({ ...step, after: [...before, ...removals.slice(0, index)].map(({ id }) => id) }));

const removal = (step: LvmStep, name: string): Step => ({
  id: `remove ${step.vg}/${step.volume}`,
  guest: name,
  sign: '-',
  title: describeStep(step),
  effect: 'destroys data',
  changes: [],
  reason: 'you confirmed it by the name of the guest',
  after: [],
  action: { kind: 'volume', step },
});
