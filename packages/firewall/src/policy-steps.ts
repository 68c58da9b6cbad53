import type { Flow } from './flows.ts';
import { isGuestTap, isInRanges } from './guest-networks.ts';
import { type Edges, noEdges } from './mentions.ts';
import { DHCPV6_CLIENT, GUEST_LINK_ICMPV6, LINK_ICMPV6, LINK_LOCAL, LINK_SOURCES, TO_ALL_IPV4 } from './necessary.ts';
import type { Packet } from './packet.ts';
import { covers, isSingle, type Prefix } from './prefix.ts';
import { indexed } from './prefix-index.ts';
import { ICMPV6, UDP } from './protocols.ts';
import type { ResolvedPolicy, ResolvedRow, RowScope } from './resolved.ts';
import { type Step, type Test, testOf } from './steps.ts';

/** Why a packet is accepted or not, when no row decides. */
export type DefaultReason =
  /** A guest's tap with another's address or MAC address, or a guest's address from elsewhere. */
  | 'spoofed'
  /** To an address of the guests' ranges that no guest has, or by the tap of another. */
  | 'no-such-guest'
  | 'established'
  | 'link'
  | 'invalid'
  /** To or from a tap or an address of the guests' ranges, and no row opens it. */
  | 'closed'
  /** Neither to nor from a guest: left to others' rules. */
  | 'not-ours';

export type Cause = ResolvedRow | DefaultReason;

const stepsOf = new WeakMap<ResolvedPolicy, readonly Step<Cause>[]>();

/** What the policy says of packets, in order. What comes to the end is accepted: it is not ours. Made once for each policy. */
export function policySteps(policy: ResolvedPolicy): readonly Step<Cause>[] {
  const known = stepsOf.get(policy);
  if (known !== undefined) return known;
  const steps = [...stepsBefore(policy), ...rowSteps(policy), ...stepsAfter(policy)];
  stepsOf.set(policy, steps);
  return steps;
}

const source = (matches: (packet: Packet) => boolean): Test => testOf('source', matches);
const destination = (matches: (packet: Packet) => boolean): Test => testOf('destination', matches);
const content = (matches: (packet: Packet) => boolean, edges: Partial<Edges>): Test =>
  testOf('content', matches, { ...noEdges(), ...edges });
const inState = (state: Packet['state']): Test => testOf('moment', (packet) => packet.state === state);

/** What is decided whatever the rows say. */
function stepsBefore(policy: ResolvedPolicy): Step<Cause>[] {
  const drop = (by: DefaultReason, ...tests: Test[]): Step<Cause> => ({ tests, outcome: 'drop', by });
  const accept = (by: DefaultReason, ...tests: Test[]): Step<Cause> => ({ tests, outcome: 'accept', by });
  const invalid = inState('invalid');
  const link = icmpv6(LINK_ICMPV6);
  return [
    drop(
      'spoofed',
      source((packet) => sourceOf(policy, packet) === 'forged'),
    ),
    drop(
      'spoofed',
      source((packet) => sourceOf(policy, packet) === 'of the link'),
      not(icmpv6(GUEST_LINK_ICMPV6)),
    ),
    accept('link', source(isSent), link),
    accept('link', destination(isReceived), link),
    accept('link', ...dhcpv6Answer),
    drop(
      'no-such-guest',
      destination((packet) => goesAstray(policy, packet)),
    ),
    accept('established', inState('established')),
    drop(
      'invalid',
      invalid,
      source(({ inInterface, from }) => isTap(policy, inInterface) || isInRanges(policy.guestNetworks, from)),
    ),
    drop(
      'invalid',
      invalid,
      destination(({ outInterface, to }) => isTap(policy, outInterface) || isInRanges(policy.guestNetworks, to)),
    ),
    drop(
      'closed',
      destination(isToAll),
      source((packet) => isFromGuests(policy, packet)),
    ),
  ];
}

const stepsAfter = (policy: ResolvedPolicy): Step<Cause>[] => [
  { tests: [source((packet) => isFromGuests(policy, packet))], outcome: 'drop', by: 'closed' },
  { tests: [destination((packet) => isToGuests(policy, packet))], outcome: 'drop', by: 'closed' },
];

const not = ({ reads, edges, matches }: Test): Test => {
  const [part = 'content'] = reads;
  return testOf(part, (packet) => !matches(packet), edges);
};

const isTap = ({ guestNetworks }: ResolvedPolicy, name: string | undefined): boolean =>
  name !== undefined && isGuestTap(guestNetworks.taps, name);

const isFromGuests = (policy: ResolvedPolicy, { inInterface, from }: Packet): boolean =>
  inInterface !== undefined && (isTap(policy, inInterface) || isInRanges(policy.guestNetworks, from));

const isToGuests = (policy: ResolvedPolicy, { outInterface, to }: Packet): boolean =>
  outInterface !== undefined && (isTap(policy, outInterface) || isInRanges(policy.guestNetworks, to));

const isSent = ({ inInterface }: Packet): boolean => inInterface === undefined;
const isReceived = ({ outInterface }: Packet): boolean => outInterface === undefined;

/** Whether a sender is who it says; `of the link` says no more than that it is on this link. */
function sourceOf(policy: ResolvedPolicy, { inInterface, mac, from }: Packet): 'honest' | 'of the link' | 'forged' {
  if (inInterface === undefined) return 'honest';
  if (!isGuestTap(policy.guestNetworks.taps, inInterface))
    return policy.guestByAddress.has(from.text) || isBehindTap(policy, from) ? 'forged' : 'honest';
  const guest = policy.guestByTap.get(inInterface);
  if (guest === undefined || mac !== guest.mac) return 'forged';
  if (guest.addresses.some(({ text }) => text === from.text)) return 'honest';
  return LINK_SOURCES.some((block) => covers(block, from)) ? 'of the link' : 'forged';
}

/** It leaves for where no guest of the policy is. */
function goesAstray(policy: ResolvedPolicy, { outInterface, to }: Packet): boolean {
  if (outInterface === undefined) return false;
  if (!isGuestTap(policy.guestNetworks.taps, outInterface)) return isBehindTap(policy, to);
  return policy.guestByAddress.get(to.text)?.tap !== outInterface;
}

const isBehindTap = ({ guestNetworks }: ResolvedPolicy, address: Prefix): boolean =>
  isInRanges(guestNetworks, address) && !guestNetworks.elsewhere.some((block) => covers(block, address));

const isToAll = (packet: Packet): boolean =>
  isReceived(packet) && TO_ALL_IPV4.some((block) => covers(block, packet.to));

const icmpv6 = (types: readonly number[]): Test =>
  content(({ protocol, icmpType }) => protocol === ICMPV6 && icmpType !== undefined && types.includes(icmpType), {
    protocols: new Set([ICMPV6]),
    icmpTypes: new Set(types),
  });

const isOfLink = (address: Prefix): boolean => LINK_LOCAL.some((block) => covers(block, address));

const dhcpv6Answer: readonly Test[] = [
  source((packet) => !isSent(packet) && isOfLink(packet.from)),
  destination((packet) => isReceived(packet) && isOfLink(packet.to)),
  content(({ protocol, port }) => protocol === UDP && port === DHCPV6_CLIENT, {
    protocols: new Set([UDP]),
    ports: new Set([DHCPV6_CLIENT, DHCPV6_CLIENT + 1]),
  }),
];

/** Rows that name the same zone, on the same side, share its test. */
function rowSteps({ rows }: ResolvedPolicy): Step<Cause>[] {
  const zones = { from: new Map<readonly Prefix[], Test>(), to: new Map<readonly Prefix[], Test>() };
  const zoneTest = (side: 'from' | 'to', zone: readonly Prefix[]): Test => {
    const known = zones[side].get(zone) ?? readZone(side, zone);
    zones[side].set(zone, known);
    return known;
  };
  return rows
    .filter(({ scope }) => scope !== 'none')
    .map((row) => ({
      tests: [
        ...SCOPES[row.scope],
        ...(row.until === undefined ? [] : [before(row.until)]),
        flowsTest(row.flows),
        zoneTest('from', row.from),
        zoneTest('to', row.to),
      ],
      outcome: row.action,
      by: row,
    }));
}

const SCOPES: Record<RowScope, readonly Test[]> = {
  any: [],
  input: [destination(isReceived)],
  output: [source(isSent)],
  none: [],
};

const before = (until: number): Test => testOf('moment', ({ time }) => time < until);

function readZone(side: 'from' | 'to', zone: readonly Prefix[]): Test {
  const singles = new Set(zone.filter(isSingle).map(({ text }) => text));
  const blocks = indexed(zone.filter((prefix) => !isSingle(prefix)));
  const matches = ({ [side]: address }: Packet): boolean => singles.has(address.text) || blocks.covers(address);
  return side === 'from' ? source(matches) : destination(matches);
}

function flowsTest(flows: readonly Flow[]): Test {
  const ends = flows.flatMap(({ ports }) => (ports === undefined ? [] : [ports.first, ports.last + 1]));
  return content((packet) => flows.some((flow) => isOfFlow(packet, flow)), {
    ports: new Set(ends),
    protocols: new Set(flows.flatMap(({ protocol }) => protocol ?? [])),
    icmpTypes: new Set(flows.flatMap(({ icmpType }) => icmpType ?? [])),
  });
}

const isOfFlow = (packet: Packet, { protocol, ports, icmpType }: Flow): boolean =>
  (protocol === undefined || protocol === packet.protocol) &&
  (icmpType === undefined || icmpType === packet.icmpType) &&
  (ports === undefined || (packet.port !== undefined && ports.first <= packet.port && packet.port <= ports.last));
