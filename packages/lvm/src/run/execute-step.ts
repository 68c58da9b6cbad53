import {
  type CreateStep,
  type ExtentRange,
  type GrowStep,
  LvmError,
  ownerTag,
  type Step,
  unfinishedTag,
  volumePath,
} from '../index.ts';
import { checkFilling, fillVolume } from './fill.ts';
import { findVolume } from './find.ts';
import { layoutWords } from './layout-words.ts';
import { isLvmError, type LvmRunner, lvm } from './lvm.ts';
import { readStorage } from './read-storage.ts';
import { removeVolume } from './remove.ts';
import { finishVolume } from './unfinished.ts';

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
  switch (step.action) {
    case 'create':
      return create(step, options);
    case 'grow':
      return grow(step, options);
    case 'rename':
      await refuseChanged(step, options);
      await lvm(options, ['lvrename', step.vg, step.volume, step.to]);
      return;
    case 'tag': {
      await refuseChanged(step, options);
      const tag = ['--addtag', ownerTag(step.owner)];
      await lvm(options, ['lvchange', ...tag, '--select', `lv_uuid="${step.uuid}"`, step.vg]);
      return;
    }
    case 'remove':
      await removeVolume(step, options);
  }
}

/**
 * Some commands of LVM's take names only, and names change hands.
 *
 * @throws LvmError `changed-meanwhile` when the name is not that of the planned volume any more
 */
async function refuseChanged({ vg, volume, uuid }: Exclude<Step, CreateStep>, options: LvmRunner): Promise<void> {
  const found = findVolume(await readStorage(options), { vg, volume });
  if (found.uuid === uuid) return;
  throw new LvmError('changed-meanwhile', `${vg}/${volume} is another volume than when this was planned.`, {
    remedy: 'See what else works with these volumes, and plan again.',
  });
}

/** The volume is ours, and known to be complete, once what an older one has left where it lies is wiped and it is filled. */
async function create(step: CreateStep, options: LvmRunner): Promise<void> {
  const { vg, volume, owner, from, bytes } = step;
  if (from !== undefined) await checkFilling(from, bytes, options);
  const command = ['lvcreate', '--yes', '--name', volume, '--addtag', unfinishedTag(owner)] as const;
  await lvm(options, [...command, ...layoutWords(step), vg, ...step.on.map(rangeWord)]);
  if (from !== undefined) await fillVolume({ from, device: volumePath(vg, volume) }, options);
  await finishVolume({ vg, volume, owner, bytes }, options);
}

const rangeWord = ({ on, first, last }: ExtentRange): string => `${on}:${first}-${last}`;

async function grow(step: GrowStep, options: ExecuteOptions): Promise<void> {
  const { vg, volume, extents, bytes, on } = step;
  await refuseChanged(step, options);
  try {
    await lvm(options, ['lvextend', '--extents', String(extents), `${vg}/${volume}`, ...on.map(rangeWord)]);
  } catch (error) {
    if (!isLvmError(error, 'same-size')) throw error;
  }
  await options.onGrown?.(volumePath(vg, volume), bytes);
}
