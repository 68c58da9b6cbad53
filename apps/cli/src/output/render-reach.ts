import type { Reach, Trial } from '@kvm/lab';
import type { Paint } from './paint.ts';
import { counted } from './words.ts';

/**
 * What the lab found of each way, with the path of its packets below it:
 *
 * ```text
 * hoge -> public  open ping 0.9 ms, tcp/22 "public"; closed 12
 *     192.168.100.2 -> 192.168.100.1 -> 172.16.65.254 -> 172.16.65.1 and back
 * ```
 */
export function renderReach(reach: readonly Reach[], paint: Paint): string[] {
  const ways = reach.map(({ from, as, to }) => `${from}${as === undefined ? '' : ` as ${as}`} -> ${to}`);
  const width = Math.max(0, ...ways.map(({ length }) => length));
  return reach.flatMap((way, index) => [
    `${(ways[index] ?? '').padEnd(width)}  ${summaryOf(way.trials, paint)}`,
    ...pathLines(way).map((line) => paint.dim(`    ${line}`)),
  ]);
}

/** What is open by name, what is closed by number, and each that is not as it should be. */
function summaryOf(trials: readonly Trial[], paint: Paint): string {
  const right = trials.filter(({ expected, found }) => expected === found);
  const open = right.filter(({ found }) => found === 'open').map(({ service, answer }) => `${service} ${answer}`);
  const closed = right.length - open.length;
  const wrong = trials.filter((trial) => !right.includes(trial));
  // Where the policy leaves a way to others, all is open.
  const isWhole = open.length === trials.length && open.length > 2;
  const named = isWhole ? [`all ${open.length}`] : open.map((text) => text.trim());
  return [
    ...(open.length === 0 ? [] : [`open ${named.map((text) => paint.green(text)).join(', ')}`]),
    ...(closed === 0 ? [] : [`closed ${closed}`]),
    ...wrong.map(({ service, expected, found }) => paint.red(`${service} should be ${expected}, and is ${found}`)),
  ].join('; ');
}

function pathLines({ there, back }: Reach): string[] {
  if (there.length < 3) return [];
  const arrows = (hops: readonly string[]): string => hops.join(' -> ');
  if (arrows(back.toReversed()) === arrows(there)) return [`${arrows(there)} and back`];
  return [`there ${arrows(there)}`, `back  ${arrows(back)}`];
}

/** `all 260 packets end as they should: 22 arrive, 238 do not` */
export function sumUp(reach: readonly Reach[], paint: Paint): string {
  const trials = reach.flatMap((way) => way.trials);
  const wrong = trials.filter(({ expected, found }) => expected !== found).length;
  if (wrong > 0) return paint.red(`${wrong} of ${counted(trials.length, 'packet')} end otherwise than they should`);
  const open = trials.filter(({ found }) => found === 'open').length;
  return paint.green(
    `all ${trials.length} packets end as they should: ${open} get through, ${trials.length - open} do not`,
  );
}
