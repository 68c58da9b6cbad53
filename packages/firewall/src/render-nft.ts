import { type AddressMatch, type CompiledRule, isAsked, segmentsOf } from './compile.ts';
import { foreignObjects } from './foreign-objects.ts';
import { loopedForwards } from './looped-forwards.ts';
import { hex, ROWS_MARK, SOURCE_MARK } from './marks.ts';
import {
  DHCPV6_CLIENT,
  GUEST_LINK_ICMPV6,
  LINK_ICMPV6,
  LINK_LOCAL,
  LINK_SOURCES,
  linkLocalOf,
  OWN_NEIGHBOUR_RATE,
  TO_ALL_IPV4,
} from './necessary.ts';
import { neverMasqueraded } from './never-masqueraded.ts';
import type { NftEntry, NftListing } from './nft-listing.ts';
import type { AddressFamily, Prefix } from './prefix.ts';
import { ICMP, ICMPV6, protocolName } from './protocols.ts';
import { LIMIT_BURST, type ResolvedPolicy, type ResolvedRow, type RowScope } from './resolved.ts';
import { ruleComment } from './rule-comment.ts';

/** The only table that is ever touched. */
const NFT_TABLE = 'inet kvm';

/** nft takes 128 octets with the closing NUL. */
const LONGEST_COMMENT = 127;

const BASE_CHAINS = [
  ['spoof', 'filter hook prerouting priority -300'],
  ['input', 'filter hook input priority 0'],
  ['forward', 'filter hook forward priority 0'],
  ['output', 'filter hook output priority 0'],
] as const;
/** Only where something is translated: with one of them, the first packet of each flow costs about a tenth more. */
const NAT_CHAINS = [
  ['dstnat', 'nat hook prerouting priority -100'],
  ['srcnat', 'nat hook postrouting priority 100'],
] as const;

/** Those that only other chains lead to, besides those of the rows. */
const OWN_CHAINS = ['neighbours', 'destination', 'invalid', 'from_guests', 'to_guests'];

/** Taps, by how often each has asked for neighbours from an address of its guest's choice. */
const NEIGHBOURS_SET = `add set ${NFT_TABLE} neighbours { type ifname; size 65535; flags dynamic,timeout; timeout 1m; }`;

/** Names of the table's counters. */
export const counterName = (row: Pick<ResolvedRow, 'id'>): string => `row_${row.id}`;
const FIXED_COUNTERS = ['spoofed', 'stray', 'invalid', 'closed'];

interface RowChain {
  readonly name: string;
  readonly jump: string;
  readonly scope: RowScope;
  readonly rules: readonly string[];
}

/** A chain for each family, and a further one wherever rows begin to be asked of other packets. */
function rowChains(policy: ResolvedPolicy): readonly RowChain[] {
  return ([4, 6] as const).flatMap((family) =>
    segmentsOf(policy, family).map(({ scope, rules }, index) => {
      const name = `rows${family}${index === 0 ? '' : `_${index + 1}`}`;
      return { name, scope, jump: `meta nfproto ipv${family} jump ${name}`, rules: rules.flatMap(ruleTexts) };
    }),
  );
}

/**
 * The policy as a file for `nft -f`: one transaction, in which table, base chains and counters stay and all else is replaced
 * in place. Loads over any earlier version of itself; where somebody has made a chain of ours otherwise, all is made anew.
 *
 * @param live what `nft -j list table inet kvm` prints; what is in the table and not of this policy is deleted
 */
export function renderNft(policy: ResolvedPolicy, live?: string): string {
  const counters = [...FIXED_COUNTERS, ...policy.rows.map(counterName)];
  const chains = [...BASE_CHAINS, ...NAT_CHAINS].map(([name]) => name);
  const rows = rowChains(policy);
  const inner = [...OWN_CHAINS, ...rows.map(({ name }) => name)];
  const nat = natRules(policy);
  const unused = NAT_CHAINS.filter(([name]) => !nat.some((rule) => rule.startsWith(`add rule ${NFT_TABLE} ${name} `)));
  const listing = live === undefined ? undefined : (JSON.parse(live) as NftListing);
  const isAnother = listing !== undefined && isOtherwiseMade(listing, inner);
  return [
    '#!/usr/sbin/nft -f',
    `add table ${NFT_TABLE}`,
    ...(isAnother ? [`delete table ${NFT_TABLE}`, `add table ${NFT_TABLE}`] : []),
    ...[...BASE_CHAINS, ...NAT_CHAINS].map(
      ([name, type]) => `add chain ${NFT_TABLE} ${name} { type ${type}; policy accept; }`,
    ),
    ...inner.map((name) => `add chain ${NFT_TABLE} ${name}`),
    NEIGHBOURS_SET,
    ...counters.map((name) => `add counter ${NFT_TABLE} ${name}`),
    `flush table ${NFT_TABLE}`,
    // Of an earlier policy; there is no word of nft 1.0.6 for what may be missing.
    ...unused.map(([name]) => `delete chain ${NFT_TABLE} ${name}`),
    ...foreignObjects(isAnother ? undefined : listing, {
      chain: new Set([...chains, ...inner]),
      counter: new Set(counters),
      set: new Set(['neighbours']),
    }).map(({ kind, name }) => `delete ${kind} ${NFT_TABLE} ${name}`),
    ...spoofRules(policy),
    ...hookRules(policy, rows),
    ...nat,
    ...rows.flatMap(({ name, rules }) => inChain(name, rules)),
    '',
  ].join('\n');
}

/** Whether something of our names in the kernel cannot become ours in place: a chain that another hook leads to, a set of others. */
function isOtherwiseMade({ nftables }: NftListing, inner: readonly string[]): boolean {
  const hooks = new Map<string, string>([...BASE_CHAINS, ...NAT_CHAINS, ...inner.map((name) => [name, ''] as const)]);
  return nftables.some(({ chain, set }) => {
    if (set?.name === 'neighbours') return set.type !== 'ifname';
    const own = chain && hooks.get(chain.name);
    return chain !== undefined && own !== undefined && own !== hookOf(chain);
  });
}

const hookOf = ({ type, hook, prio }: NonNullable<NftEntry['chain']>): string =>
  type === undefined ? '' : `${type} hook ${hook} priority ${prio}`;

const inChain = (chain: string, rules: readonly string[]): string[] =>
  rules.map((rule) => `add rule ${NFT_TABLE} ${chain} ${rule}`);

/** A rule for members of a set: none for an empty one, which nft does not take. */
const amongst = (fields: string, elements: readonly string[], outcome: string): string[] =>
  elements.length === 0 ? [] : [`${fields} { ${elements.join(', ')} } ${outcome}`];

const guestAddresses = ({ guests }: ResolvedPolicy, family: AddressFamily): string[] =>
  guests.flatMap(({ addresses }) => addresses.filter((each) => each.family === family).map(({ text }) => text));

const listOf = (blocks: readonly Prefix[]): string => `{ ${blocks.map(({ text }) => text).join(', ')} }`;

const onTap = (field: 'iifname' | 'oifname', { guestNetworks: { taps } }: ResolvedPolicy): string =>
  `${field} "${taps}*" ${field} != "${taps}0"`;

/** Matches for addresses of the guests' ranges. @param behindTaps without those that are known to be elsewhere */
function inRanges({ guestNetworks }: ResolvedPolicy, field: 'saddr' | 'daddr', behindTaps = false): string[] {
  return ([4, 6] as const).flatMap((family) => {
    const ranges = guestNetworks.ranges.filter((range) => range.family === family);
    const elsewhere = behindTaps ? guestNetworks.elsewhere.filter((block) => block.family === family) : [];
    const name = `${ADDRESS[family]} ${field}`;
    const but = elsewhere.length === 0 ? '' : ` ${name} != ${listOf(elsewhere)}`;
    return ranges.length === 0 ? [] : [`${name} ${listOf(ranges)}${but}`];
  });
}

const setMark = (mark: number): string => `meta mark set meta mark or ${hex(mark)}`;

/** Before routing: a tap passes its guest's addresses with its guest's MAC address, and a tap of no guest nothing; others pass all but guests' addresses. */
function spoofRules(policy: ResolvedPolicy): string[] {
  const { guests } = policy;
  const bindings = (family: AddressFamily): string[] =>
    guests.flatMap(({ tap, mac, addresses }) =>
      addresses.filter((each) => each.family === family).map(({ text }) => `"${tap}" . ${text} . ${mac}`),
    );
  const cards = guests.map(({ tap, mac }) => `"${tap}" . ${mac}`);
  const linkLocals = guests.map(({ tap, mac }) => `"${tap}" . ${linkLocalOf(mac)}`);
  const pass = `${setMark(SOURCE_MARK)} accept`;
  const link = `ip6 saddr ${listOf(LINK_SOURCES)} icmpv6 type { ${GUEST_LINK_ICMPV6.join(', ')} } jump neighbours`;
  const drop = 'counter name spoofed drop';
  const { packets, per, burst } = OWN_NEIGHBOUR_RATE;
  return [
    ...inChain('spoof', [
      ...amongst('iifname . ip saddr . ether saddr', bindings(4), pass),
      ...amongst('iifname . ip6 saddr . ether saddr', bindings(6), pass),
      ...amongst('iifname . ether saddr', cards, link),
      `${onTap('iifname', policy)} ${drop}`,
      'iifname "lo" accept',
      setMark(SOURCE_MARK),
      ...amongst('ip saddr', guestAddresses(policy, 4), drop),
      ...amongst('ip6 saddr', guestAddresses(policy, 6), drop),
      ...inRanges(policy, 'saddr', true).map((match) => `${match} ${drop}`),
    ]),
    ...inChain('neighbours', [
      ...amongst('iifname . ip6 saddr', linkLocals, pass),
      `ip6 saddr :: ${pass}`,
      `update @neighbours { iifname limit rate ${packets}/${per} burst ${burst} packets } ${pass}`,
    ]),
  ];
}

function hookRules(policy: ResolvedPolicy, chains: readonly RowChain[]): string[] {
  const link = [
    `icmpv6 type { ${LINK_ICMPV6.join(', ')} } accept`,
    ...LINK_LOCAL.map(({ text }) => `ip6 saddr ${text} ip6 daddr ${text} udp dport ${DHCPV6_CLIENT} accept`),
  ];
  const state = ['ct state established,related accept', 'ct state invalid jump invalid'];
  const rows = (hook: 'input' | 'forward' | 'output'): string[] =>
    chains.filter(({ scope }) => isAsked(scope, hook)).map(({ jump }) => jump);
  // In input no packet has a way out, and in output none a way in.
  const from = [onTap('iifname', policy), ...inRanges(policy, 'saddr')];
  const to = [onTap('oifname', policy), ...inRanges(policy, 'daddr')];
  const dropping = (matches: readonly string[], counter: string): string[] =>
    matches.map((match) => `${match} counter name ${counter} drop`);
  return [
    ...inChain('input', [
      'iifname "lo" accept',
      ...link,
      ...state,
      `ip daddr ${listOf(TO_ALL_IPV4)} jump from_guests`,
      ...rows('input'),
      'jump from_guests',
    ]),
    ...inChain('forward', ['jump destination', ...state, ...rows('forward'), 'jump from_guests', 'jump to_guests']),
    ...inChain('output', [
      'oifname "lo" accept',
      `${onTap('oifname', policy)} ${setMark(ROWS_MARK)}`,
      ...link.slice(0, 1),
      'jump destination',
      ...state,
      ...rows('output'),
      'jump to_guests',
    ]),
    ...inChain('destination', destinationRules(policy)),
    ...inChain('invalid', dropping([...from, ...to], 'invalid')),
    ...inChain('from_guests', dropping(from, 'closed')),
    ...inChain('to_guests', dropping(to, 'closed')),
  ];
}

/** Nothing leaves for an address of the guests' ranges, or by a tap, but to a guest by its own. */
function destinationRules(policy: ResolvedPolicy): string[] {
  const bindings = (family: AddressFamily): string[] =>
    policy.guests.flatMap(({ tap, addresses }) =>
      addresses.filter((each) => each.family === family).map(({ text }) => `"${tap}" . ${text}`),
    );
  const pass = `${setMark(ROWS_MARK)} return`;
  const drop = 'counter name stray drop';
  return [
    ...amongst('oifname . ip daddr', bindings(4), pass),
    ...amongst('oifname . ip6 daddr', bindings(6), pass),
    `${onTap('oifname', policy)} ${drop}`,
    ...inRanges(policy, 'daddr', true).map((match) => `${match} ${drop}`),
  ];
}

function natRules(policy: ResolvedPolicy): string[] {
  const { forwards, masquerade, host } = policy;
  const outside = neverMasqueraded(policy).map(({ text }) => text);
  const own = host.addresses.filter(({ family }) => family === 4).map(({ text }) => text);
  const loops = own.length === 0 ? [] : loopedForwards(policy).map(({ text }) => `${text} . ${text}`);
  return [
    ...(own.length === 0 ? [] : forwards).flatMap(({ row, protocol, hostPort, guest, guestPort }) =>
      row.from.map(({ text, length }) => {
        const source = length === 0 ? '' : `ip saddr ${text} `;
        const port = `meta l4proto ${protocol} th dport ${hostPort}`;
        return `add rule ${NFT_TABLE} dstnat ${source}ip daddr { ${own.join(', ')} } ${port} dnat ip to ${guest.text}:${guestPort}`;
      }),
    ),
    ...inChain('srcnat', amongst('ip saddr . ip daddr', loops, 'masquerade')),
    ...(masquerade && guestAddresses(policy, 4).length > 0
      ? inChain('srcnat', [
          `oifname "${host.uplink}" ip saddr { ${guestAddresses(policy, 4).join(', ')} }${outside.length === 0 ? '' : ` ip daddr != { ${outside.join(', ')} }`} masquerade`,
        ])
      : []),
  ];
}

const ADDRESS = { 4: 'ip', 6: 'ip6' } as const;

/**
 * The rule, and for several rows a rule before it that counts for each. The verdict never hangs on a map: while a transaction
 * commits, a packet that is in the old rules still may find a map's elements gone, but never those of a set without a name.
 */
function ruleTexts(rule: CompiledRule): string[] {
  const [row, ...more] = rule.rows;
  if (row === undefined) return [];
  const matches = [sideText(rule, 'saddr', rule.from), sideText(rule, 'daddr', rule.to), serviceText(rule)];
  const lookup = rule.elements.size === 0 ? [] : [lookupText(rule)];
  const until = row.until === undefined ? [] : [`meta time < ${row.until}`];
  const limit =
    row.limit === undefined ? [] : [`limit rate ${row.limit.packets}/${row.limit.per} burst ${LIMIT_BURST} packets`];
  const count = more.length > 0 ? [] : [`counter name ${counterName(row)}`];
  const log = row.log ? [`log prefix "${logPrefix(row)}"`] : [];
  const line = (words: readonly string[]): string =>
    `${words.filter((word) => word !== '').join(' ')} comment "${ruleComment(rule.rows, LONGEST_COMMENT)}"`;
  const decision = line([...matches, ...lookup, ...until, ...limit, ...count, ...log, row.action]);
  return more.length === 0 ? [decision] : [line([...matches, countText(rule)]), decision];
}

/** At most 29 characters, for `iptables -j LOG`. As in the comments of rules, rows are named by their numbers, not by their lines. */
export const logPrefix = ({ index, action }: ResolvedRow): string => `kvm row ${index + 1} ${action}: `;

function sideText({ family }: CompiledRule, field: 'saddr' | 'daddr', match: AddressMatch): string {
  const name = `${ADDRESS[family]} ${field}`;
  if (match.kind === 'block') return `${name} ${match.block.text}`;
  return match.kind === 'set' ? `${name} { ${match.members.map(({ text }) => text).join(', ')} }` : '';
}

function serviceText({ service }: CompiledRule): string {
  if (service === 'key' || service.protocol === undefined) return '';
  const { protocol, ports, icmpType } = service;
  if (icmpType !== undefined && (protocol === ICMP || protocol === ICMPV6))
    return `${protocolName(protocol)} type ${icmpType}`;
  if (ports === undefined) return `meta l4proto ${protocol}`;
  return `meta l4proto ${protocol} th dport ${ports.first === ports.last ? ports.first : `${ports.first}-${ports.last}`}`;
}

function keyFields({ family, from, to, service }: CompiledRule): string {
  return [
    ...(from.kind === 'key' ? [`${ADDRESS[family]} saddr`] : []),
    ...(to.kind === 'key' ? [`${ADDRESS[family]} daddr`] : []),
    ...(service === 'key' ? ['meta l4proto . th dport'] : []),
  ].join(' . ');
}

/** One look into a hash. */
const lookupText = (rule: CompiledRule): string => `${keyFields(rule)} { ${[...rule.elements.keys()].join(', ')} }`;

function countText(rule: CompiledRule): string {
  const counters = [...rule.elements].map(([key, { row }]) => `${key} : "${counterName(row)}"`);
  return `counter name ${keyFields(rule)} map { ${counters.join(', ')} }`;
}
