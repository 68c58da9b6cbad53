import type { DomainElement } from '@kvm/domain-xml';
import { type GuestNet, type GuestRanges, tapSettings } from '@kvm/netplan';
import type { DesiredGuest } from '../desired/desired.ts';
import { type Observed, type ObservedDomain, type ObservedRoute, type ObservedTap, usualMtu } from '../observed.ts';
import { heldBack, misled, notPassedOn, ruledAway } from './foreign-routing.ts';
import type { Step, StepChange, Waiting } from './step.ts';

/** The host's end of a running guest's link, against what `/etc/kvm/tun-start` made of it. */
export interface TapPlan {
  readonly steps: readonly Step[];
  readonly waiting: readonly Waiting[];
  /** What only a new start of the guest mends: its tap is gone, or the guest is in another subnet. */
  readonly onlyRestart: readonly StepChange[];
  /** Whether the guest has addresses that the inventory does not give it any more. */
  readonly isElsewhere: boolean;
}

const nothing: TapPlan = { steps: [], waiting: [], onlyRestart: [], isElsewhere: false };

/** The program that sets a tap up; a card with another one is not ours to set up. */
const tapScript = '/etc/kvm/tun-start';

/** Names of the taps of a running domain that are set up by our script. */
const tapsOf = (running: DomainElement): readonly string[] =>
  (running.devices?.interface ?? []).flatMap(({ target, script }) =>
    script?.['@path'] === tapScript && target?.['@dev'] !== undefined ? [target['@dev']] : [],
  );

/** What a host's taps are held against, made once for all guests. */
export interface HostNetwork extends Pick<Observed, 'taps' | 'routingRules'> {
  readonly ranges: GuestRanges;
  /** Whether the host forwards nothing yet, which a step of the plan mends for all interfaces. */
  readonly isToForward: boolean;
  /** The routes to exactly this network. */
  readonly routesTo: (network: string) => readonly ObservedRoute[];
}

export function hostNetwork(
  { taps, routes, routingRules = [], settings }: Pick<Observed, 'taps' | 'routes' | 'routingRules' | 'settings'>,
  ranges: GuestRanges,
): HostNetwork {
  const byNetwork = new Map<string, ObservedRoute[]>();
  for (const route of routes) {
    const known = byNetwork.get(route.to);
    if (known) known.push(route);
    else byNetwork.set(route.to, [route]);
  }
  const isToForward = settings.get('net/ipv4/ip_forward') === '0';
  return { taps, ranges, routingRules, isToForward, routesTo: (network) => byNetwork.get(network) ?? [] };
}

export function planTap(
  { guest: { name }, net }: DesiredGuest,
  there: ObservedDomain | undefined,
  { taps, routesTo, routingRules = [], ranges, isToForward }: HostNetwork,
): TapPlan {
  const own = there?.running ? tapsOf(there.running) : [];
  const [first] = own;
  if (first === undefined) return nothing;
  // One of another VMID: the guest is still what it was.
  if (!own.includes(net.tap)) {
    const before = taps.get(first)?.addresses.join(', ') || 'nothing';
    return {
      ...nothing,
      onlyRestart: [{ what: 'gateway', before, after: gateways(net).join(', ') }],
      isElsewhere: true,
    };
  }
  const tap = taps.get(net.tap);
  if (tap === undefined || !tap.isHeld) {
    const before = tap === undefined ? 'is gone' : 'has no guest at its end';
    return { ...nothing, onlyRestart: [{ what: net.tap, before, after: 'there' }] };
  }
  const elsewhere = families(net, tap).filter(
    ({ is, wanted }) => is.length > 0 && !is.some((each) => wanted.includes(each)),
  );
  if (elsewhere.length > 0) {
    const onlyRestart = elsewhere.map(({ is, wanted }) => ({
      what: 'gateway',
      before: is.join(', '),
      ...(wanted.length > 0 && { after: wanted.join(', ') }),
    }));
    return { ...nothing, onlyRestart, isElsewhere: true };
  }
  const card = there?.running?.devices?.interface?.find(({ target }) => target?.['@dev'] === net.tap);
  const mtu = Number(card?.mtu?.['@size'] ?? usualMtu);
  return {
    ...nothing,
    steps: setUp(name, net, { tap, routesTo, ranges, mtu }),
    waiting: [
      ...strayRoutes(name, net, routesTo),
      ...ruledAway(name, net, routingRules),
      ...notPassedOn(name, net.tap, tap, isToForward),
      ...misled(name, net, tap),
      // libvirt makes a queue of its own for what the card's <bandwidth> says.
      ...(card?.bandwidth === undefined ? heldBack(name, net.tap, tap) : []),
    ],
  };
}

/** The host's addresses on a tap, by which its guest reaches everything else. */
const gateways = ({ ipv4, ipv6 }: GuestNet): readonly string[] =>
  [ipv4, ...(ipv6 ? [ipv6] : [])].map(({ host, prefix }) => `${host}/${prefix}`);

/** Those that a tap has and is to have, IPv4 and IPv6 apart. */
function families(net: GuestNet, { addresses }: ObservedTap) {
  const isIpv6 = (address: string): boolean => address.includes(':');
  return [false, true].map((six) => ({
    is: addresses.filter((each) => isIpv6(each) === six),
    wanted: gateways(net).filter((each) => isIpv6(each) === six),
  }));
}

interface TapAsItIs extends Pick<HostNetwork, 'routesTo' | 'ranges'> {
  readonly tap: ObservedTap;
  readonly mtu: number;
}

/** What setting it up again mends while its guest runs. */
function setUp(guest: string, net: GuestNet, { tap, routesTo, ranges, mtu }: TapAsItIs): Step[] {
  const wanted = gateways(net);
  const extra = tap.addresses.filter((each) => !wanted.includes(each));
  // The kernel makes the route when it is given the address anew.
  const unrouted = [net.ipv4, ...(net.ipv6 ? [net.ipv6] : [])].filter(
    ({ host, prefix, cidr }) =>
      tap.isUp &&
      tap.addresses.includes(`${host}/${prefix}`) &&
      !routesTo(cidr).some(({ device }) => device === net.tap),
  );
  const changes: StepChange[] = [
    ...(tap.isUp ? [] : [{ what: 'link', before: 'down', after: 'up' }]),
    ...(tap.bridge === undefined ? [] : [{ what: 'bridge', before: tap.bridge }]),
    ...(tap.hasNoArp ? [{ what: 'ARP', before: 'off', after: 'on' }] : []),
    ...mtuChanges(tap.mtu ?? usualMtu, mtu),
    ...wanted.filter((each) => !tap.addresses.includes(each)).map((after) => ({ what: 'address', after })),
    ...extra.map((before) => ({ what: 'address', before })),
    ...unrouted.map(({ cidr }) => ({ what: 'route', after: cidr })),
    ...settingChanges(net.tap, tap, ranges),
  ];
  if (changes.length === 0) return [];
  const remove = [...extra, ...unrouted.map(({ host, prefix }) => `${host}/${prefix}`)];
  return [
    {
      id: `set up ${net.tap}`,
      guest,
      sign: '~',
      title: `set up ${net.tap}`,
      effect: 'live',
      changes,
      reason: "the host's end of its link is not as it was set up",
      after: [],
      action: { kind: 'set up tap', tap: net.tap, remove, mtu },
    },
  ];
}

const mtuChanges = (before: number, after: number): StepChange[] =>
  before === after ? [] : [{ what: 'mtu', before: String(before), after: String(after) }];

function settingChanges(tap: string, { settings }: ObservedTap, ranges: GuestRanges): StepChange[] {
  return tapSettings(ranges).flatMap(({ family, name, value }) => {
    const path = `${family}/conf/${tap}/${name}`;
    const before = settings.get(path);
    return before === undefined || before === String(value)
      ? []
      : [{ what: `net/${path}`, before, after: String(value) }];
  });
}

/** Routes of others that take what is sent to a guest. They may be meant: a person decides. */
function strayRoutes(guest: string, net: GuestNet, routesTo: HostNetwork['routesTo']): Waiting[] {
  const own = [
    ...[net.ipv4.cidr, `${net.ipv4.guest}/32`],
    ...(net.ipv6 ? [net.ipv6.cidr, `${net.ipv6.guest}/128`] : []),
  ];
  return own
    .flatMap((network) => routesTo(network))
    .filter(({ device }) => device !== net.tap)
    .map(({ to, device }) => ({
      guest,
      kind: 'differs',
      in: 'network',
      what: `${to} of ${guest} is routed ${device === undefined ? 'nowhere' : `to ${device}`}, and not to ${net.tap} alone`,
      remedy: `\`ip route show ${to}\` shows it; \`ip route del ${to}\` with the rest of that line removes it.`,
      changes: [],
    }));
}
