import type { LogicalVolume } from '@kvm/lvm';
import type { DesiredGuest } from '../desired/desired.ts';
import type { ObservedDomain } from '../observed.ts';
import { type DiskChange, diskChanges, disksOf } from './disk-data.ts';
import type { PlanOptions, StepChange, Waiting } from './step.ts';

/** What else a plan knows of volumes. */
export interface KnownVolumes {
  /** Device paths that steps of this plan rename, and what they are then. */
  readonly renamed: ReadonlyMap<string, string>;
  /** LVM's volumes; undefined where there is no LVM. */
  readonly volumes: readonly LogicalVolume[] | undefined;
}

/** Disks of a guest that get other data, and what keeps the plan from that. */
interface DiskHold {
  /** `vda`: disks whose data the plan may take elsewhere. */
  readonly replaces: readonly string[];
  /** Those of them where that is known to lose nothing are left out. */
  readonly destroys: ReadonlySet<string>;
  /** Why nothing is done to the guest; undefined when nothing keeps a plan from it. */
  readonly held: Omit<Waiting, 'changes'> | undefined;
}

/**
 * What a running guest has open is the truth, and so is what one that does not run would open next: a definition that says
 * otherwise loses what was written, unless the volume was only renamed, or a person has said that it may be so.
 */
export function holdDisks(
  { guest, domain }: DesiredGuest,
  there: ObservedDomain,
  { known, confirm = [] }: Pick<PlanOptions, 'confirm'> & { readonly known: KnownVolumes },
): DiskHold {
  const { name } = guest;
  const now = there.running ?? there.kept?.saved ?? there.definition;
  const changes = diskChanges(domain, now);
  const elsewhere = changes.filter((change) => !isRenamed(change, there, known));
  const replaces = changes.map(({ disk }) => disk);
  const destroys = new Set(elsewhere.map(({ disk }) => disk));
  const base = { guest: name, kind: 'blocked', in: there.running ? 'running guest' : 'definition' } as const;
  const none = { replaces: [], destroys };

  const jobs = jobsOf(there);
  if (jobs.length > 0) {
    const remedy = `Wait until it has ended, and plan again; \`virsh blockjob ${name} DISK --info\` and \`virsh domjobinfo ${name}\` show how far it is.`;
    return { ...none, held: { ...base, what: `libvirt is at work on ${name}: ${jobs.join(', ')}`, remedy } };
  }
  const overlay = elsewhere.find(({ is, wanted }) => is.below.includes(wanted.place));
  if (overlay) return { ...none, held: { ...base, ...overlayOf(name, overlay) } };
  const [first] = elsewhere;
  if (first && !confirm.includes(name)) return { ...none, held: { ...base, ...otherDisk(name, first) } };
  return { replaces, destroys, held: undefined };
}

/** What libvirt does with a guest's disks or the whole of it: its word, and what a running domain's XML says. */
export function jobsOf({ running, jobs = [] }: Pick<ObservedDomain, 'running' | 'jobs'>): readonly string[] {
  const mirrors = running ? disksOf(running).flatMap(({ disk, job }) => (job ? [`${job} of ${disk}`] : [])) : [];
  return [...new Set([...jobs, ...mirrors])];
}

/** A running guest's volume cannot be removed: one that is gone by its old name has another now. */
function isRenamed(
  { disk, is, wanted }: DiskChange,
  there: ObservedDomain,
  { renamed, volumes }: KnownVolumes,
): boolean {
  if (renamed.get(is.place) === wanted.place) return true;
  const [, vg, volume] = /^\/dev\/([^/]+)\/([^/]+)$/.exec(is.place) ?? [];
  const isManaged = volumes?.some((each) => each.vg === vg) ?? false;
  const isThere = volumes?.some((each) => each.vg === vg && each.name === volume) ?? true;
  const defined = disksOf(there.definition).find((each) => each.disk === disk);
  return there.running !== undefined && isManaged && !isThere && defined?.key === wanted.key;
}

function overlayOf(guest: string, { disk, is, wanted }: DiskChange): Pick<Waiting, 'what' | 'remedy'> {
  return {
    what: `${guest} writes to ${is.shown}, an overlay of ${wanted.shown}: a snapshot of ${disk}, or a backup under way`,
    remedy:
      `Once no backup needs it, \`virsh blockcommit ${guest} ${disk} --active --pivot --verbose\` brings it back into ` +
      `${wanted.shown} while the guest runs. A start without it would lose all that was written since.`,
  };
}

function otherDisk(guest: string, { disk, is, wanted }: DiskChange): Pick<Waiting, 'what' | 'remedy'> {
  return {
    what: `${guest} has ${is.shown} as ${disk}, and the inventory says ${wanted.shown}`,
    remedy:
      `If ${is.shown} holds its data, bring it there first (\`virsh blockcopy\`, or for an overlay \`virsh blockcommit\`). ` +
      `\`kvmctl apply --confirm ${guest}\` takes the inventory's as it is, and the guest loses sight of the other.`,
  };
}

/** Marks the differences of disks that lose their data. */
export function withEffects(changes: readonly StepChange[], destroys: ReadonlySet<string>): StepChange[] {
  return changes.map((change) => {
    const [, disk = ''] = /^devices\.disk\[(\w+)\]\.(?:source|driver\.@type|@type|encryption)/.exec(change.what) ?? [];
    return destroys.has(disk) ? { ...change, effect: 'destroys data' } : change;
  });
}
