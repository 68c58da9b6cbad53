import { capture, passedInterfaces, type Sighting } from './capture.ts';
import { greetingPort } from './guest-root.ts';
import { guestKernel } from './kernel.ts';
import { type Lab, labExec } from './lab.ts';

/** One way from one machine to another, tried with real packets. */
export interface Reach {
  readonly from: string;
  readonly to: string;
  readonly source: string;
  readonly target: string;
  readonly ping: Trial;
  /** A TCP connection; it counts when the machine meant says its own name. */
  readonly tcp: Trial;
}

export interface Trial {
  readonly ok: boolean;
  /** Every address passed, as the KVM host saw the packets: `192.168.100.2`, `192.168.100.1`, `172.16.65.254` ... */
  readonly there: readonly string[];
  readonly back: readonly string[];
  /** What went wrong, or what was measured: `0.9 ms`, `"public"`. */
  readonly note: string;
}

interface Endpoint {
  readonly name: string;
  readonly isGuest: boolean;
  readonly address?: string | undefined;
  readonly address6?: string | undefined;
}

const probeScript = `"$1" ping -c 1 -W 5 "$2"; "$1" nc -w 5 "$2" "$3" </dev/null | sed 's/^/said: /'`;

/**
 * Tries every way between the machines and the running guests of a lab, and between the guests, by ping and TCP, over
 * IPv4 and IPv6 where both ends have it.
 */
export async function labTest(lab: Lab, report: (message: string) => void = () => undefined): Promise<Reach[]> {
  const ways = planWays(lab);
  const { busybox } = await guestKernel(report);
  report(`tries ${ways.length} ways`);
  const outputs = new Map<Way, string>();
  const sources = [...new Set(ways.map(({ from }) => from))];
  const sightings = await capture(lab.host, busybox, async () => {
    await Promise.all(
      sources.map(async (from) => {
        const program = from.isGuest ? '/bin/busybox' : busybox;
        for (const way of ways.filter((way) => way.from === from)) {
          const argv = ['sh', '-c', probeScript, 'probe', program, way.target, String(greetingPort)];
          outputs.set(way, (await labExec(lab, from.name, argv)).stdout);
        }
      }),
    );
  });
  return ways.map((way) => judge(lab, way, outputs.get(way) ?? '', sightings));
}

interface Way {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly source: string;
  readonly target: string;
}

function planWays({ plan }: Lab): Way[] {
  const endpoints: Endpoint[] = [
    ...plan.neighbours.map(({ name, addresses }) => ({
      name,
      isGuest: false,
      address: addresses.find(({ family }) => family === 4)?.address,
      address6: addresses.find(({ family }) => family === 6)?.address,
    })),
    ...plan.guests.map(({ guest, net }) => ({
      name: guest.name,
      isGuest: true,
      address: net.ipv4.guest,
      address6: net.ipv6?.guest,
    })),
  ];
  return endpoints.flatMap((from) =>
    endpoints
      .filter((to) => to !== from && (to.isGuest || from.isGuest))
      .flatMap((to) =>
        (['address', 'address6'] as const).flatMap((family) => {
          const source = from[family];
          const target = to[family];
          return source === undefined || target === undefined ? [] : [{ from, to, source, target }];
        }),
      ),
  );
}

function judge({ plan }: Lab, way: Way, output: string, sightings: readonly Sighting[]): Reach {
  const { source, target } = way;
  const hostAddress = (name: string): string => {
    const six = target.includes(':');
    const guest = plan.guests.find(({ net }) => net.tap === name);
    if (guest) return (six ? guest.net.ipv6?.host : guest.net.ipv4.host) ?? name;
    return plan.host.addresses.find(({ family }) => family === (six ? 6 : 4))?.address ?? name;
  };
  const trial = (ok: boolean, note: string, request: Sighting['kind'], reply: Sighting['kind']): Trial => ({
    ok,
    note,
    there: [
      source,
      ...passedInterfaces(sightings, { from: source, to: target, kind: request }).map(hostAddress),
      ...(ok ? [target] : []),
    ],
    back: ok
      ? [target, ...passedInterfaces(sightings, { from: target, to: source, kind: reply }).map(hostAddress), source]
      : [],
  });
  const time = /time=([\d.]+) ms/.exec(output)?.[1];
  const said = /^said: (.*)$/m.exec(output)?.[1];
  return {
    from: way.from.name,
    to: way.to.name,
    source,
    target,
    ping: trial(
      time !== undefined,
      time === undefined ? 'no answer' : `${Number(time).toFixed(1)} ms`,
      'echo request',
      'echo reply',
    ),
    tcp: trial(said === way.to.name, said === undefined ? 'no answer' : `"${said}"`, 'syn', 'syn-ack'),
  };
}
