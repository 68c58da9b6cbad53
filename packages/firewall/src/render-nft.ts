import { type AddressMatch, type CompiledRule, compileRows } from './compile.ts';
import { foreignObjects } from './foreign-objects.ts';
import { GUEST_LINK_ICMPV6, LINK_ICMPV6, LINK_LOCAL } from './necessary.ts';
import { neverMasqueraded } from './never-masqueraded.ts';
import type { AddressFamily } from './prefix.ts';
import { ICMP, ICMPV6, protocolName } from './protocols.ts';
import type { ResolvedPolicy, ResolvedRow } from './resolved.ts';
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

/** Those that only other chains lead to. */
const OWN_CHAINS = ['rows4', 'rows6', 'invalid', 'closed'];

/** Names of the table's counters. */
export const counterName = (row: Pick<ResolvedRow, 'id'>): string => `row_${row.id}`;
const FIXED_COUNTERS = ['spoofed', 'invalid', 'closed'];

/**
 * The policy as a file for `nft -f`: one transaction, in which table, base chains and counters stay and all else is replaced
 * in place. Loads over any earlier version of itself.
 *
 * @param live what `nft -j list table inet kvm` prints; what is in the table and not of this policy is deleted
 */
export function renderNft(policy: ResolvedPolicy, live?: string): string {
  const counters = [...FIXED_COUNTERS, ...policy.rows.map(counterName)];
  const chains = [...BASE_CHAINS, ...NAT_CHAINS].map(([name]) => name);
  const nat = natRules(policy);
  const unused = NAT_CHAINS.filter(([name]) => !nat.some((rule) => rule.startsWith(`add rule ${NFT_TABLE} ${name} `)));
  return [
    '#!/usr/sbin/nft -f',
    `add table ${NFT_TABLE}`,
    ...[...BASE_CHAINS, ...NAT_CHAINS].map(
      ([name, type]) => `add chain ${NFT_TABLE} ${name} { type ${type}; policy accept; }`,
    ),
    ...OWN_CHAINS.map((name) => `add chain ${NFT_TABLE} ${name}`),
    ...counters.map((name) => `add counter ${NFT_TABLE} ${name}`),
    `flush table ${NFT_TABLE}`,
    // Of an earlier policy; there is no word of nft 1.0.6 for what may be missing.
    ...unused.map(([name]) => `delete chain ${NFT_TABLE} ${name}`),
    ...foreignObjects(live, { chain: new Set([...chains, ...OWN_CHAINS]), counter: new Set(counters) }).map(
      ({ kind, name }) => `delete ${kind} ${NFT_TABLE} ${name}`,
    ),
    ...spoofRules(policy),
    ...hookRules(policy),
    ...nat,
    ...([4, 6] as const).flatMap((family) =>
      compileRows(policy, family).map(
        (rule) =>
          `${ruleTexts(rule)
            .map((text) => `add rule ${NFT_TABLE} rows${family} ${text}`)
            .join('\n')}`,
      ),
    ),
    '',
  ].join('\n');
}

const inChain = (chain: string, rules: readonly string[]): string[] =>
  rules.map((rule) => `add rule ${NFT_TABLE} ${chain} ${rule}`);

/** A rule for members of a set: none for an empty one, which nft does not take. */
const amongst = (fields: string, elements: readonly string[], outcome: string): string[] =>
  elements.length === 0 ? [] : [`${fields} { ${elements.join(', ')} } ${outcome}`];

const quotedTaps = ({ guests }: ResolvedPolicy): string[] => guests.map(({ tap }) => `"${tap}"`);

const guestAddresses = ({ guests }: ResolvedPolicy, family: AddressFamily): string[] =>
  guests.flatMap(({ addresses }) => addresses.filter((each) => each.family === family).map(({ text }) => text));

/** Before routing: a tap passes its guest's addresses with its guest's MAC address, everything else passes all but these. */
function spoofRules(policy: ResolvedPolicy): string[] {
  const { guests } = policy;
  const bindings = (family: AddressFamily): string[] =>
    guests.flatMap(({ tap, mac, addresses }) =>
      addresses.filter((each) => each.family === family).map(({ text }) => `"${tap}" . ${text} . ${mac}`),
    );
  const cards = guests.map(({ tap, mac }) => `"${tap}" . ${mac}`);
  const link = `ip6 saddr { ${LINK_LOCAL.map(({ text }) => text).join(', ')} } icmpv6 type { ${GUEST_LINK_ICMPV6.join(', ')} } accept`;
  const drop = 'counter name spoofed drop';
  return inChain('spoof', [
    ...amongst('iifname . ip saddr . ether saddr', bindings(4), 'accept'),
    ...amongst('iifname . ip6 saddr . ether saddr', bindings(6), 'accept'),
    ...amongst('iifname . ether saddr', cards, link),
    ...amongst('iifname', quotedTaps(policy), drop),
    ...amongst('ip saddr', guestAddresses(policy, 4), drop),
    ...amongst('ip6 saddr', guestAddresses(policy, 6), drop),
  ]);
}

function hookRules(policy: ResolvedPolicy): string[] {
  const rows = ['meta nfproto ipv4 jump rows4', 'meta nfproto ipv6 jump rows6', 'jump closed'];
  const link = `icmpv6 type { ${LINK_ICMPV6.join(', ')} } accept`;
  const state = ['ct state established,related accept', 'ct state invalid jump invalid'];
  // In input no packet has a way out, and in output none a way in.
  const guests = (counter: string): string[] =>
    ['iifname', 'oifname'].flatMap((field) => amongst(field, quotedTaps(policy), `counter name ${counter} drop`));
  return [
    ...inChain('input', ['iifname "lo" accept', link, ...state, ...rows]),
    ...inChain('forward', [...state, ...rows]),
    ...inChain('output', ['oifname "lo" accept', link, ...state, ...rows]),
    ...inChain('invalid', guests('invalid')),
    ...inChain('closed', guests('closed')),
  ];
}

function natRules(policy: ResolvedPolicy): string[] {
  const { forwards, masquerade, host } = policy;
  const outside = neverMasqueraded(policy).map(({ text }) => text);
  const own = host.addresses.filter(({ family }) => family === 4).map(({ text }) => text);
  return [
    ...(own.length === 0 ? [] : forwards).flatMap(({ row, protocol, hostPort, guest, guestPort }) =>
      row.from.map(({ text, length }) => {
        const source = length === 0 ? '' : `ip saddr ${text} `;
        const port = `meta l4proto ${protocol} th dport ${hostPort}`;
        return `add rule ${NFT_TABLE} dstnat ${source}ip daddr { ${own.join(', ')} } ${port} dnat ip to ${guest.text}:${guestPort}`;
      }),
    ),
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
  const limit = row.limit === undefined ? [] : [`limit rate ${row.limit.packets}/${row.limit.per} burst 5 packets`];
  const count = more.length > 0 ? [] : [`counter name ${counterName(row)}`];
  const log = row.log ? [`log prefix "${logPrefix(row)}"`] : [];
  const line = (words: readonly string[]): string =>
    `${words.filter((word) => word !== '').join(' ')} comment "${ruleComment(rule.rows, LONGEST_COMMENT)}"`;
  const decision = line([...matches, ...lookup, ...until, ...limit, ...count, ...log, row.action]);
  return more.length === 0 ? [decision] : [line([...matches, countText(rule)]), decision];
}

/** At most 29 characters, for `iptables -j LOG`. */
export const logPrefix = ({ line, index, action }: ResolvedRow): string =>
  `kvm ${line === undefined ? `row ${index + 1}` : `line ${line}`} ${action}: `;

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
