import type { RunProgram } from '@kvm/command';
import { tapPrefix, tapSettings } from '@kvm/netplan';
import { HostError } from '../../errors.ts';
import {
  type Observed,
  type ObservedNeighbour,
  type ObservedRoute,
  type ObservedRoutingRule,
  type ObservedTap,
  usualMtu,
} from '../../observed.ts';
import { mustRun } from '../access/must-run.ts';

/** What separates the answers of {@link networkScript}. */
const end = '--';

/** Addresses, both families' routes and rules, and neighbours that nobody asks for, as JSON, and of all taps the settings that are named, a line `path:value` each. */
const networkScript = `
set -u
ip -j address show || exit
echo ${end}
ip -j -4 route show
echo ${end}
ip -j -6 route show 2>/dev/null
echo ${end}
ip -j -4 rule show
echo ${end}
ip -j -6 rule show 2>/dev/null
echo ${end}
ip -j neighbour show nud permanent
echo ${end}
cd /proc/sys/net || exit
for setting do grep -sH . "\${setting%%/*}"/conf/${tapPrefix}*/"\${setting#*/}"; done
:
`;

interface LinkInfo {
  readonly ifname?: string;
  readonly flags?: readonly string[];
  readonly master?: string;
  readonly mtu?: number;
  readonly qdisc?: string;
  readonly addr_info?: readonly { readonly local?: string; readonly prefixlen?: number; readonly scope?: string }[];
}

interface RouteInfo {
  readonly dst?: string;
  readonly dev?: string;
}

interface RuleInfo {
  readonly priority?: number;
  readonly src?: string;
  readonly srclen?: number;
  readonly dst?: string;
  readonly dstlen?: number;
  readonly iif?: string;
  readonly oif?: string;
}

interface NeighbourInfo {
  readonly dst?: string;
  readonly dev?: string;
  readonly lladdr?: string;
}

/** The host's uplink, taps, routes and rules of routing, by one program. */
export async function observeNetwork(
  run: RunProgram,
  uplink: string,
): Promise<Pick<Observed, 'taps' | 'routes' | 'routingRules' | 'uplinkIsDown'>> {
  // With and without IPv6 for the guests: a range of theirs may have come or gone.
  const all = [...tapSettings({}), ...tapSettings({ ipv6: 'fd00::/48' })];
  const names = [...new Set([...all.map(({ family, name }) => `${family}/${name}`), 'ipv4/forwarding'])];
  const output = await mustRun(run, ['sh', '-c', networkScript, 'network', ...names]);
  const [links = '', routes4 = '', routes6 = '', rules4 = '', rules6 = '', neighbours = '', settings = ''] =
    output.split(`${end}\n`);
  const rules = [...read<RuleInfo>(rules4).flatMap(ruleOf(32)), ...read<RuleInfo>(rules6).flatMap(ruleOf(128))];
  const every = read<LinkInfo>(links);
  return {
    taps: readTaps(every, settings, read<NeighbourInfo>(neighbours)),
    ...(isDown(every, uplink) && { uplinkIsDown: true }),
    ...(rules.length > 0 && { routingRules: rules }),
    routes: [...read<RouteInfo>(routes4).map(routeOf(32)), ...read<RouteInfo>(routes6).map(routeOf(128))],
  };
}

/** Nothing at all is printed for an empty list by some versions of ip(8). */
function read<T>(json: string): readonly T[] {
  try {
    const list: unknown = JSON.parse(json.trim() || '[]');
    if (Array.isArray(list)) return list.filter((each) => typeof each === 'object' && each !== null);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new HostError('command-failed', 'ip -j on the host prints no list of addresses and routes');
}

/** What the kernel puts at an interface by itself, by net.core.default_qdisc or for want of a queue. */
const usualQueues = new Set(['noqueue', 'pfifo_fast', 'pfifo', 'fq_codel', 'fq', 'cake', 'sfq', 'mq', 'fq_pie']);

/** Those that every kernel begins with are left out: local, main and default. */
const ruleOf =
  (whole: number) =>
  ({ priority = 0, src, srclen = whole, dst, dstlen = whole, iif, oif }: RuleInfo): ObservedRoutingRule[] => {
    if ([0, 32_766, 32_767].includes(priority)) return [];
    const ends = [
      [src, srclen],
      [dst, dstlen],
    ] as const;
    const networks = ends.flatMap(([address, length]) =>
      address === undefined || address === 'all' ? [] : [`${address}/${length}`],
    );
    return [{ priority, devices: [iif, oif].filter((each) => each !== undefined), networks }];
  };

const isDown = (links: readonly LinkInfo[], uplink: string): boolean =>
  links.some(({ ifname, flags }) => ifname === uplink && Array.isArray(flags) && !flags.includes('UP'));

function readTaps(
  links: readonly LinkInfo[],
  settings: string,
  neighbours: readonly NeighbourInfo[],
): ReadonlyMap<string, ObservedTap> {
  const byTap = new Map<string, [string, string][]>();
  for (const line of settings.split('\n')) {
    const [, path = '', tap = '', value = ''] = /^(\w+\/conf\/([^/]+)\/\w+):(.*)$/.exec(line) ?? [];
    if (path) byTap.set(tap, [...(byTap.get(tap) ?? []), [path, value]]);
  }
  const byDevice = new Map<string, ObservedNeighbour[]>();
  for (const { dst, dev = '', lladdr = '' } of neighbours)
    if (dst !== undefined) byDevice.set(dev, [...(byDevice.get(dev) ?? []), { address: dst, mac: lladdr }]);
  return new Map(
    links.flatMap(({ ifname, flags, master, mtu, qdisc, addr_info: addresses }): [string, ObservedTap][] => {
      const name = String(ifname);
      if (!Array.isArray(flags) || !Array.isArray(addresses) || !name.startsWith(tapPrefix)) return [];
      const set = byDevice.get(name);
      const global = addresses.filter(({ scope }) => scope !== 'link');
      const tap: ObservedTap = {
        isUp: flags.includes('UP'),
        isHeld: !flags.includes('NO-CARRIER'),
        ...(master !== undefined && { bridge: master }),
        ...(mtu !== undefined && mtu !== usualMtu && { mtu }),
        ...(flags.includes('NOARP') && { hasNoArp: true }),
        ...(qdisc !== undefined && !usualQueues.has(qdisc) && { queue: qdisc }),
        ...(set !== undefined && { neighbours: set }),
        addresses: global.map(({ local, prefixlen }) => `${local}/${prefixlen}`),
        settings: new Map(byTap.get(name)),
      };
      return [[name, tap]];
    }),
  );
}

/** ip(8) leaves the length of a single address out. */
const routeOf =
  (whole: number) =>
  ({ dst, dev }: RouteInfo): ObservedRoute => {
    const to = String(dst);
    return {
      to: to === 'default' || to.includes('/') ? to : `${to}/${whole}`,
      ...(dev !== undefined && { device: dev }),
    };
  };
