import type { Reach, Trial } from '@kvm/lab';
import { printable } from './printable.ts';
import type { Paint } from './session.ts';

/**
 * What the lab found of each way, with the path of its packets below it:
 *
 * ```text
 * hoge -> public  ping ok 0.9 ms  tcp ok "public"
 *     192.168.100.2 -> 192.168.100.1 -> 172.16.65.254 -> 172.16.65.1 and back
 * ```
 */
export function renderReach(reach: readonly Reach[], paint: Paint): string[] {
  const ways = reach.map(({ from, to }) => `${from} -> ${to}`);
  const width = Math.max(0, ...ways.map(({ length }) => length));
  const pings = reach.map(({ ping }) => printable(ping.note));
  const pingWidth = Math.max(0, ...pings.map(({ length }) => length));
  return reach.map(({ ping, tcp }, index) => {
    const verdict = ({ ok }: Trial): string => (ok ? paint.green('ok  ') : paint.red('FAIL'));
    const head = [
      (ways[index] ?? '').padEnd(width),
      `ping ${verdict(ping)} ${(pings[index] ?? '').padEnd(pingWidth)}`,
      `tcp ${verdict(tcp)} ${printable(tcp.note)}`,
    ].join('  ');
    return [head, ...pathLines(ping, tcp).map((line) => paint.dim(`    ${printable(line)}`))].join('\n');
  });
}

/** The path of both trials where it is one, else of each. */
function pathLines(ping: Trial, tcp: Trial): string[] {
  const [pingPath, tcpPath] = [describePath(ping), describePath(tcp)];
  if (pingPath.join() === tcpPath.join()) return pingPath;
  return [...pingPath.map((line) => `ping: ${line}`), ...tcpPath.map((line) => `tcp:  ${line}`)];
}

function describePath({ ok, there, back }: Trial): string[] {
  const arrows = (hops: readonly string[]): string => hops.join(' -> ');
  if (!ok) return [`${arrows(there)} -> ?`];
  if (arrows(back.toReversed()) === arrows(there)) return [`${arrows(there)} and back`];
  return [`there ${arrows(there)}`, `back  ${arrows(back)}`];
}
