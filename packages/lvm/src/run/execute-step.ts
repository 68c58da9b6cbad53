import {
  type CreateStep,
  type ExtentRange,
  type GrowStep,
  ownerTag,
  type Step,
  unfinishedTag,
  volumePath,
} from '../index.ts';
import { checkFilling, fillVolume } from './fill.ts';
import { isLvmError, type LvmRunner, lvm } from './lvm.ts';

export interface ExecuteOptions extends LvmRunner {
  /** Called when a volume has grown, to tell the guest that has it open. @param bytes its size now */
  readonly onGrown?: (path: string, bytes: number) => Promise<void>;
}

/**
 * Does one step of a plan. Killed in its midst, it leaves nothing that the next plan does not recognise.
 *
 * @throws LvmError
 */
export async function executeStep(step: Step, options: ExecuteOptions): Promise<void> {
  const path = `${step.vg}/${step.volume}`;
  switch (step.action) {
    case 'create':
      return create(step, options);
    case 'grow':
      return grow(step, options);
    case 'rename':
      await lvm(options, ['lvrename', step.vg, step.volume, step.to]);
      return;
    case 'tag':
      await lvm(options, ['lvchange', '--addtag', ownerTag(step.owner), path]);
      return;
    case 'remove':
      await lvm(options, ['lvremove', '--yes', path]);
  }
}

/** The volume is ours, and known to be complete, once what an older one has left where it lies is wiped and it is filled. */
async function create(step: CreateStep, options: LvmRunner): Promise<void> {
  const { vg, volume, owner, from, bytes } = step;
  if (from !== undefined) await checkFilling(from, bytes, options);
  const command = ['lvcreate', '--yes', '--name', volume, '--addtag', unfinishedTag(owner)] as const;
  await lvm(options, [...command, ...layoutWords(step), vg, ...step.on.map(rangeWord)]);
  if (from !== undefined) await fillVolume({ from, device: volumePath(vg, volume) }, options);
  const tags = ['--addtag', ownerTag(owner), '--deltag', unfinishedTag(owner)];
  await lvm(options, ['lvchange', ...tags, `${vg}/${volume}`]);
}

/** lvcreate(8) zeroes the first 4 KiB and wipes signatures; a thin volume reads as zeros anyway. */
function layoutWords({ layout, extents, bytes, metadataExtents = 0 }: CreateStep): readonly string[] {
  const size = ['--extents', String(extents), '--wipesignatures', 'y', '--zero', 'y'];
  switch (layout.type) {
    case 'linear':
      return ['--type', 'linear', ...size];
    case 'striped':
      return ['--type', 'striped', '--stripes', String(layout.stripes), ...size];
    case 'raid1':
      return ['--type', 'raid1', '--mirrors', String(layout.legs - 1), ...size];
    case 'thin':
      return ['--type', 'thin', '--virtualsize', `${bytes}b`, '--thinpool', layout.pool];
    case 'thin-pool': {
      const metadata = (bytes / extents) * metadataExtents;
      return ['--type', 'thin-pool', '--extents', String(extents), '--poolmetadatasize', `${metadata}b`];
    }
  }
}

const rangeWord = ({ on, first, last }: ExtentRange): string => `${on}:${first}-${last}`;

async function grow({ vg, volume, extents, bytes, on }: GrowStep, options: ExecuteOptions): Promise<void> {
  try {
    await lvm(options, ['lvextend', '--extents', String(extents), `${vg}/${volume}`, ...on.map(rangeWord)]);
  } catch (error) {
    if (!isLvmError(error, 'same-size')) throw error;
  }
  await options.onGrown?.(volumePath(vg, volume), bytes);
}
