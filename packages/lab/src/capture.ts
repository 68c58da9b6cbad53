import { on } from 'node:events';
import type { Readable } from 'node:stream';
import { LabError } from './errors.ts';
import { execa } from './execa.ts';
import { enterCommand, mustExecIn } from './sandbox.ts';
import type { Holder } from './state.ts';

/** A packet as the KVM host's kernel saw it pass one of its interfaces. */
export interface Sighting {
  readonly interface: string;
  readonly direction: 'In' | 'Out';
  readonly from: string;
  readonly to: string;
  readonly kind: 'echo request' | 'echo reply' | 'syn' | 'syn-ack';
}

const line = /^(\S+)\s+(In|Out)\s+IP6? (\S+) > (\S+): (.*)$/;
const kinds: readonly (readonly [RegExp, Sighting['kind']])[] = [
  [/^ICMP6?,? echo request/, 'echo request'],
  [/^ICMP6?,? echo reply/, 'echo reply'],
  [/^Flags \[S\]/, 'syn'],
  [/^Flags \[S\.\]/, 'syn-ack'],
];

/**
 * Reads `tcpdump -i any -n -t` as tcpdump 4.99 prints it; lines that show neither an echo nor the start of a connection
 * are left out. The port of a TCP address is cut off.
 *
 *     eth0  In  IP 192.168.100.2.40022 > 172.16.65.1.22: Flags [S], seq 1, win 64240, length 0
 */
export function parseCapture(text: string): Sighting[] {
  return text.split('\n').flatMap((row) => {
    const [, name, direction, from, to, what] = line.exec(row) ?? [];
    const kind = kinds.find(([pattern]) => what !== undefined && pattern.test(what))?.[1];
    if (!name || !direction || !from || !to || !kind) return [];
    const address = (text: string): string => (kind.startsWith('syn') ? text.slice(0, text.lastIndexOf('.')) : text);
    return [
      { interface: name, direction: direction === 'In' ? 'In' : 'Out', from: address(from), to: address(to), kind },
    ];
  });
}

/** The interfaces that a packet passed on the host, in order, each once. */
export function passedInterfaces(
  sightings: readonly Sighting[],
  packet: Pick<Sighting, 'from' | 'to' | 'kind'>,
): string[] {
  const seen = sightings.filter(
    ({ from, to, kind }) => from === packet.from && to === packet.to && kind === packet.kind,
  );
  return [...new Set(seen.map((sighting) => sighting.interface))];
}

/**
 * In immediate mode each packet takes as much of the buffer as the snapshot is long: short ones keep any from being lost.
 * Ends tcpdump when this program closes the shell's input, or dies.
 */
const watchScript = `
exec 3<&0
tcpdump -Z root -i any -n -t -l --immediate-mode --snapshot-length=128 --buffer-size=8192 "$1" &
watcher=$!
{ cat <&3 >/dev/null 2>&1; kill "$watcher"; } >/dev/null 2>&1 &
wait "$watcher"
`;

/** An address of the host's own loopback to which the last packet goes: tcpdump sees packets in their order. */
const lastAddress = '127.0.0.77';

/** Watches all of a machine's interfaces while `during` runs. @param busybox its path */
export async function capture(host: Holder, busybox: string, during: () => Promise<void>): Promise<Sighting[]> {
  const filter = 'icmp or icmp6 or tcp';
  const [program, words] = enterCommand(host, ['sh', '-c', watchScript, 'watch', filter]);
  const watcher = execa(program, words, { reject: false, detached: true });
  const ended = watcher.then(({ stderr }) => {
    throw new LabError('command-failed', `tcpdump ended on the lab's host: ${stderr}`);
  });
  ended.catch(() => undefined); // it ends in time, too
  const says = (stream: Readable, text: string): Promise<void> => Promise.race([heard(stream, text), ended]);
  try {
    await says(watcher.stderr, 'listening on');
    await during();
    const last = says(watcher.stdout, ` ${lastAddress}: ICMP echo request`);
    await mustExecIn(host, [busybox, 'ping', '-c', '1', lastAddress]);
    await last;
  } finally {
    watcher.stdin.end();
  }
  return parseCapture((await watcher).stdout);
}

/** Waits until a program has said something. */
async function heard(stream: Readable, text: string): Promise<void> {
  let said = '';
  for await (const [chunk] of on(stream, 'data')) {
    said += chunk;
    if (said.includes(text)) return;
  }
}
