import { formatSize } from '../sizes.ts';
import type { ExtentRange } from '../storage.ts';
import type { Layout } from './desired.ts';

/** What a step does to what runs and to what is stored. Steps that may wait for the guest's next start are not LVM's. */
export type StepEffect = 'live' | 'destroys data';

interface VolumeStep {
  readonly vg: string;
  /** Name of the volume as the step finds it. */
  readonly volume: string;
  readonly effect: StepEffect;
}

export interface CreateStep extends VolumeStep {
  readonly action: 'create';
  /** As desired; the tag is made of it. */
  readonly owner: string;
  readonly layout: Layout;
  /** Rounded to whole extents. */
  readonly bytes: number;
  readonly extents: number;
  /** Extents of physical volumes to take; all of them are needed. Empty for a thin volume. */
  readonly on: readonly ExtentRange[];
  /** For a thin pool: of each of its metadata and the spare of it. */
  readonly metadataExtents?: number;
  /** What to fill it from, a path on the host; nothing when absent. */
  readonly from?: string;
}

/** Of a volume that is there: names change hands, UUIDs do not. */
interface ExistingVolumeStep extends VolumeStep {
  /** LVM's, of the volume that the plan was made for. */
  readonly uuid: string;
}

export interface GrowStep extends ExistingVolumeStep {
  readonly action: 'grow';
  readonly fromBytes: number;
  /** Rounded to whole extents. */
  readonly bytes: number;
  /** Afterwards. */
  readonly extents: number;
  /** Extents of physical volumes to take besides. Empty for a thin volume. */
  readonly on: readonly ExtentRange[];
}

export interface RenameStep extends ExistingVolumeStep {
  readonly action: 'rename';
  readonly to: string;
}

/** Makes a volume ours that somebody said is. */
export interface TagStep extends ExistingVolumeStep {
  readonly action: 'tag';
  readonly owner: string;
}

export interface RemoveStep extends ExistingVolumeStep {
  readonly action: 'remove';
  /** Our tag that it bears, which says what it is: without it, it is not removed. */
  readonly tag: string;
  readonly bytes: number;
  /** A person named it, or its making was interrupted and it holds nothing yet. */
  readonly reason: 'named' | 'unfinished';
}

export type Step = CreateStep | GrowStep | RenameStep | TagStep | RemoveStep;

/** `grow vg/public.root from 8 GiB to 10 GiB, on /dev/sda` */
export function describeStep(step: Step): string {
  const path = `${step.vg}/${step.volume}`;
  switch (step.action) {
    case 'create':
      return `create ${path}, ${formatSize(step.bytes)}, ${describeLayout(step.layout)}${describePlace(step.on)}${step.from === undefined ? '' : `, filled from ${step.from}`}`;
    case 'grow':
      return `grow ${path} from ${formatSize(step.fromBytes)} to ${formatSize(step.bytes)}${describePlace(step.on)}`;
    case 'rename':
      return `rename ${path} to ${step.to}`;
    case 'tag':
      return `mark ${path} as ours`;
    case 'remove':
      return `remove ${path}, ${formatSize(step.bytes)}${step.reason === 'unfinished' ? ', whose making was interrupted' : ''}`;
  }
}

/** `raid1 of 2` */
export function describeLayout(layout: Layout): string {
  if (layout.type === 'striped') return `striped over ${layout.stripes}`;
  if (layout.type === 'raid1') return `raid1 of ${layout.legs}`;
  return layout.type === 'thin' ? `thin in ${layout.pool}` : layout.type;
}

function describePlace(ranges: readonly ExtentRange[]): string {
  const disks = [...new Set(ranges.map(({ on }) => on))];
  return disks.length === 0 ? '' : `, on ${disks.join(' and ')}`;
}
