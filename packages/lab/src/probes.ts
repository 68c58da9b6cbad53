import { evaluate, makePacket, type ResolvedPolicy } from '@kvm/firewall';
import { greetingPort } from './guest-root.ts';
import type { LabPlan } from './plan.ts';

/** A machine or guest of the lab as a place that packets come from or go to. */
interface Endpoint {
  readonly name: string;
  readonly kind: 'guest' | 'host' | 'neighbour';
  /** Its own addresses, IPv4 and IPv6. */
  readonly addresses: readonly string[];
}

/** What a packet is to find out: whether a service is open. */
export interface Probe {
  readonly protocol: 'tcp' | 'udp' | 'ping';
  /** 0 for a ping. */
  readonly port: number;
  readonly expected: 'open' | 'closed';
}

/** Probes from one address to another. */
export interface Way {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly source: string;
  readonly target: string;
  /** The one whose address the source is, when it is not the sender's own. */
  readonly as?: Endpoint;
  readonly probes: readonly Probe[];
}

const TCP = 6;
const UDP = 17;
const protocols = { tcp: { protocol: TCP }, udp: { protocol: UDP } } as const;
const echoRequest = { 4: { protocol: 1, icmpType: 8 }, 6: { protocol: 58, icmpType: 128 } } as const;

function endpointsOf({ host, neighbours, guests }: LabPlan): Endpoint[] {
  const texts = (addresses: readonly { readonly address: string }[]): string[] =>
    addresses.map(({ address }) => address);
  return [
    ...neighbours.map(({ name, addresses }) => ({ name, kind: 'neighbour' as const, addresses: texts(addresses) })),
    { name: host.name, kind: 'host', addresses: texts(host.addresses) },
    ...guests.map(({ guest, net }) => ({
      name: guest.name,
      kind: 'guest' as const,
      addresses: [net.ipv4.guest, ...(net.ipv6 === undefined ? [] : [net.ipv6.guest])],
    })),
  ];
}

/**
 * Every way from or to a guest. Without a policy all is open, and ping and one TCP port are tried. With one, every cell of its
 * matrix is tried, those of the host included: ping, every port that a row names, and a TCP and a UDP port that none does.
 *
 * @param time seconds since 1970: rows that have expired by then open nothing
 */
export function planWays(plan: LabPlan, time: number): Way[] {
  const { policy } = plan;
  const endpoints = endpointsOf(plan).filter(({ kind }) => policy !== undefined || kind !== 'host');
  const judge = policy === undefined ? () => 'open' as const : verdictOf(policy, time);
  const contents = contentsOf(policy);
  return endpoints.flatMap((from) =>
    endpoints
      .filter((to) => to !== from && (from.kind !== 'neighbour' || to.kind !== 'neighbour'))
      .flatMap((to) =>
        pairs(plan, from, to).map(({ source, target }) => ({
          ...{ from, to, source, target },
          probes: contents.flatMap((content) => {
            const expected = judge({ ...content, source, target });
            return expected === undefined ? [] : [{ ...content, expected }];
          }),
        })),
      ),
  );
}

type Content = Pick<Probe, 'protocol' | 'port'>;

const isSix = (address: string): boolean => address.includes(':');

/** The addresses between which packets go; the host's own source is that of the guest's tap. */
function pairs(plan: LabPlan, from: Endpoint, to: Endpoint): { source: string; target: string }[] {
  return to.addresses.flatMap((target) => {
    const six = isSix(target);
    const net = plan.guests.find(({ guest }) => to.kind === 'guest' && guest.name === to.name)?.net;
    const tapEnd = six ? net?.ipv6?.host : net?.ipv4.host;
    const own = from.addresses.find((address) => isSix(address) === six);
    const source = from.kind === 'host' && tapEnd !== undefined ? tapEnd : own;
    return source === undefined ? [] : [{ source, target }];
  });
}

/** What the policy says of a packet; undefined where a row with a limit decides, of which nobody knows how much is left. */
function verdictOf(policy: ResolvedPolicy, time: number) {
  return ({ protocol, port, source, target }: Content & { source: string; target: string }) => {
    const content = protocol === 'ping' ? echoRequest[isSix(source) ? 6 : 4] : { ...protocols[protocol], port };
    const { action, by } = evaluate(policy, makePacket(policy, { from: source, to: target, ...content, time }));
    if (typeof by !== 'string' && by.limit !== undefined) return undefined;
    return action === 'accept' ? 'open' : 'closed';
  };
}

/** The lab's guests answer pings and at one port; whether others are open is seen on the host. */
function contentsOf(policy: ResolvedPolicy | undefined): Content[] {
  const ping = { protocol: 'ping', port: 0 } as const;
  const greeting = { protocol: 'tcp', port: greetingPort } as const;
  if (policy === undefined) return [ping, greeting];
  const flows = policy.rows.flatMap((row) => row.flows);
  const portsOf = (protocol: 'tcp' | 'udp'): Content[] => {
    const named = flows
      .filter((flow) => flow.protocol === protocols[protocol].protocol)
      .flatMap(({ ports }) => (ports === undefined ? [] : [ports.first, ports.last]));
    const own = protocol === 'tcp' ? [greetingPort, ...named] : named;
    const unnamed = [9, 7, 13, 17, 19].find((port) => !own.includes(port)) ?? 1;
    return [...new Set([...own, unnamed])].sort((a, b) => a - b).map((port) => ({ protocol, port }));
  };
  return [ping, ...portsOf('tcp'), ...portsOf('udp')];
}

/**
 * Lies: every guest sends as every other machine, and every other machine sends as every guest, to somebody else, what would
 * be open to the one whose address it is, when anything is. None may get through.
 */
export function planLies(plan: LabPlan, ways: readonly Way[]): Way[] {
  const endpoints = endpointsOf(plan).filter(({ kind }) => kind !== 'host');
  return endpoints.flatMap((from) => {
    const victims = endpoints.filter((each) => each !== from && (from.kind === 'guest' || each.kind === 'guest'));
    const targets = victims.filter(({ kind }) => from.kind === 'guest' || kind === 'guest');
    return victims.flatMap((as, index) => {
      // One after the other, so that each target is asked under one name only.
      const to = targets[(index + 1) % targets.length];
      if (to === undefined || to === as) return [];
      return as.addresses.flatMap((source) => {
        const target = to.addresses.find((address) => isSix(address) === isSix(source));
        if (target === undefined) return [];
        const honest = ways.find((way) => way.source === source && way.target === target)?.probes ?? [];
        return [{ from, to, source, target, as, probes: temptations(honest) }];
      });
    });
  });
}

function temptations(honest: readonly Probe[]): Probe[] {
  return (['ping', 'tcp', 'udp'] as const).map((protocol) => {
    const open = honest.find((probe) => probe.protocol === protocol && probe.expected === 'open');
    const port = open?.port ?? (protocol === 'ping' ? 0 : protocol === 'tcp' ? greetingPort : 9);
    return { protocol, port, expected: 'closed' };
  });
}
