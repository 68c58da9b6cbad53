import { deviceName, type MirrorStatus } from '../index.ts';
import type { LvmRunner } from './lvm.ts';
import type { RunningMove } from './watch-move.ts';

/**
 * Reads both legs of a move whose copying is over. The kernel counts a region as copied when writing it has failed, too, and
 * need not show that in the health of the legs; so what is on the target is seen only by reading it.
 *
 * @returns what is wrong with the source and with the target, as the legs of a {@link MirrorStatus}
 */
export async function compareLegs(
  { vg, device, bytes }: RunningMove,
  { run, report }: LvmRunner,
): Promise<MirrorStatus['faults']> {
  const [source, target] = [0, 1].map((leg) => `/dev/mapper/${deviceName(vg, `${device}_mimage_${leg}`)}`);
  // A move that is not atomic, somebody else's, has no such devices.
  if (source === undefined || target === undefined || (await run(['test', '-b', target])).exitCode !== 0) return [];
  report?.('reading what has been copied');
  const { exitCode } = await run(['bash', '--norc', '-c', SCRIPT, 'compare', source, target, String(bytes)]);
  if (exitCode === 0) return [];
  if (exitCode === 3) return ['reading failed', undefined];
  return [undefined, exitCode === 5 ? 'it does not hold what was written to it' : 'reading back failed'];
}

/**
 * Past the cache, 4 MiB at once. What a guest writes meanwhile may be on one leg a moment earlier: only what differs and stays
 * as it is, is wrong. Where it is written all the time, the health of the legs tells of failures.
 */
const SCRIPT = `
set -o pipefail
step=4194304
sum() { dd if="$1" bs=$step skip="$2" count=1 iflag=direct,fullblock status=none | sha256sum; }
for ((at = 0; at * step < $3; at++)); do
  before=
  for ((try = 0; try < 20; try++)); do
    source=$(sum "$1" $at) || exit 3
    target=$(sum "$2" $at) || exit 4
    [ "$source" = "$target" ] && break
    [ "$source $target" = "$before" ] && exit 5
    before="$source $target"
    sleep 1
  done
done
`;
