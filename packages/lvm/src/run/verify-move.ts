import { deviceName, type MirrorStatus } from '../index.ts';
import type { LvmRunner } from './lvm.ts';
import type { RunningMove } from './running-move.ts';

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
  const { exitCode, stdout } = await run(['bash', '--norc', '-c', COMPARE, 'compare', source, target, String(bytes)]);
  if (exitCode === 0 && stdout === 'same\n') return [];
  if (exitCode === 3) return ['reading failed', undefined];
  return [undefined, exitCode === 5 ? 'it does not hold what was written to it' : 'reading back failed'];
}

/**
 * Past the cache, both from one end to the other; where they differ, the 4 MiB around are looked at again. What a guest writes
 * meanwhile may be on one leg a moment earlier: only what differs and stays as it is, is wrong. Where it is written all the
 * time, the health of the legs tells of failures. Two that end early at the same place are alike only as far as they were read.
 */
export const COMPARE = `
step=4194304
from() { dd if="$1" bs=$step skip="$at" iflag=direct status=none || echo "unread $2" >&2; }
sum() { dd if="$1" bs=$step skip="$at" count=1 iflag=direct,fullblock status=none | sha256sum; }
set -o pipefail
for ((at = 0; at * step < $3; at++)); do
  if said=$({ cmp <(from "$1" 3) <(from "$2" 4); } 2>&1); then
    case $said in *'unread 3'*) exit 3 ;; *'unread 4'*) exit 4 ;; esac
    break
  fi
  byte='byte ([1-9][0-9]*)'
  [[ $said =~ $byte ]] && ((at += (BASH_REMATCH[1] - 1) / step))
  before=
  for ((try = 0; try < 20; try++)); do
    source=$(sum "$1") || exit 3
    target=$(sum "$2") || exit 4
    [ "$source" = "$target" ] && break
    [ "$source $target" = "$before" ] && exit 5
    before="$source $target"
    sleep 1
  done
done
echo same
`;
