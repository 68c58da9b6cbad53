import { deviceName, type MirrorStatus, parseMirrorStatus } from '../index.ts';
import type { VolumeName } from './find.ts';
import { type LvmRunner, lvm } from './lvm.ts';

/** lvmpolld would finish a move as soon as it is copied, and answer every later command by what it does already. */
const SETTINGS = 'use_lvmpolld=0';

/**
 * pvmove is told to look after its own move for the first time in 36 years: until then it sleeps, and the move ends when it is
 * told to. The number is also the mark by which the sleeper is found.
 */
const NEVER = '+1161000000';

/**
 * Begins to copy all that a volume has on one disk to others, and returns at once. The kernel writes to both from then on, until
 * {@link finishPvmove} or {@link abortPvmove}. Atomic: until the end, the source alone has everything.
 *
 * When something else moves from that disk, LVM does nothing and says it has: look what {@link readStorage} tells.
 */
export async function beginPvmove(
  { vg, volume }: VolumeName,
  from: string,
  to: readonly string[],
  runner: LvmRunner,
): Promise<void> {
  await lvm(runner, ['pvmove', '--atomic', '-b', '-i', NEVER, '-n', `${vg}/${volume}`, from, ...to], SETTINGS);
}

/** Lets the volume lie on its new disks only. Does nothing, and throws `nothing-to-move`, when the move is over already. */
export async function finishPvmove({ vg, volume }: VolumeName, from: string, runner: LvmRunner): Promise<void> {
  // Without the volume's name, LVM would begin to move the disk's other volumes when this move is over already.
  await lvm(runner, ['pvmove', '-i', '1', '-n', `${vg}/${volume}`, from], SETTINGS);
  await endSleeper(runner, vg);
}

/** Lets the volume lie where it was. */
export async function abortPvmove({ vg }: VolumeName, from: string, runner: LvmRunner): Promise<void> {
  await lvm(runner, ['pvmove', '--abort', from], SETTINGS);
  await endSleeper(runner, vg);
}

/** How far a move is and how its disks are; undefined when its device is not there. */
export async function readMirror({ run }: LvmRunner, vg: string, move: string): Promise<MirrorStatus | undefined> {
  const { exitCode, stdout } = await run(['dmsetup', 'status', deviceName(vg, move)]);
  return exitCode === 0 ? parseMirrorStatus(stdout) : undefined;
}

/** Of a group, since it has nothing to do any more once one of its moves has ended; those that go on do so without it. */
async function endSleeper({ run }: LvmRunner, vg: string): Promise<void> {
  const pattern = `^\\(lvm2\\) .*-i \\${NEVER} -n ${vg.replaceAll(/[.+]/g, '\\$&')}/`;
  await run(['pkill', '-KILL', '-U', '0', '-f', pattern]);
}
