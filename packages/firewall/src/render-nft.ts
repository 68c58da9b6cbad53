import { type AddressMatch, type CompiledRule, compileRows, type KeyElement } from './compile.ts';
import type { Flow } from './flows.ts';
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

const SETS = [
  ['taps', 'ifname'],
  ['cards', 'ifname . ether_addr'],
  ['bindings4', 'ifname . ipv4_addr . ether_addr'],
  ['bindings6', 'ifname . ipv6_addr . ether_addr'],
  ['guests4', 'ipv4_addr'],
  ['guests6', 'ipv6_addr'],
] as const;

const BASE_CHAINS = [
  ['spoof', 'filter hook prerouting priority -300'],
  ['input', 'filter hook input priority 0'],
  ['forward', 'filter hook forward priority 0'],
  ['output', 'filter hook output priority 0'],
  ['dstnat', 'nat hook prerouting priority -100'],
  ['srcnat', 'nat hook postrouting priority 100'],
] as const;

/** Names of the table's counters. */
export const counterName = (row: Pick<ResolvedRow, 'id'>): string => `row_${row.id}`;
const FIXED_COUNTERS = ['spoofed', 'invalid', 'closed'];

/**
 * The policy as a file for `nft -f`: one transaction, in which table, base chains and counters stay and all else is replaced
 * in place. Loads over any earlier version of itself.
 *
 * @param liveCounters the names of the counters in the live table; those of rows that are gone are deleted
 */
export function renderNft(policy: ResolvedPolicy, liveCounters: readonly string[] = []): string {
  const counters = [...FIXED_COUNTERS, ...policy.rows.map(counterName)];
  const kept = new Set(counters);
  return [
    '#!/usr/sbin/nft -f',
    `add table ${NFT_TABLE}`,
    ...SETS.map(([name, type]) => `add set ${NFT_TABLE} ${name} { type ${type}; }`),
    ...BASE_CHAINS.map(([name, type]) => `add chain ${NFT_TABLE} ${name} { type ${type}; policy accept; }`),
    ...['rows4', 'rows6', 'invalid', 'closed'].map((name) => `add chain ${NFT_TABLE} ${name}`),
    ...counters.map((name) => `add counter ${NFT_TABLE} ${name}`),
    `flush table ${NFT_TABLE}`,
    ...SETS.map(([name]) => `flush set ${NFT_TABLE} ${name}`),
    ...liveCounters
      .filter((name) => /^row_[a-z0-9_]{1,40}$/.test(name) && !kept.has(name))
      .map((name) => `delete counter ${NFT_TABLE} ${name}`),
    ...elementLines(policy),
    ...spoofRules(),
    ...hookRules(),
    ...natRules(policy),
    ...([4, 6] as const).flatMap((family) =>
      compileRows(policy, family).map((rule) => `add rule ${NFT_TABLE} rows${family} ${ruleText(rule)}`),
    ),
    '',
  ].join('\n');
}

function elementLines({ guests }: ResolvedPolicy): string[] {
  const of = (family: AddressFamily) =>
    guests.flatMap(({ tap, mac, addresses }) =>
      addresses.filter((each) => each.family === family).map(({ text }) => ({ tap, mac, text })),
    );
  const contents: Record<(typeof SETS)[number][0], string[]> = {
    taps: guests.map(({ tap }) => `"${tap}"`),
    cards: guests.map(({ tap, mac }) => `"${tap}" . ${mac}`),
    bindings4: of(4).map(({ tap, text, mac }) => `"${tap}" . ${text} . ${mac}`),
    bindings6: of(6).map(({ tap, text, mac }) => `"${tap}" . ${text} . ${mac}`),
    guests4: of(4).map(({ text }) => text),
    guests6: of(6).map(({ text }) => text),
  };
  return SETS.flatMap(([name]) =>
    contents[name].length === 0 ? [] : [`add element ${NFT_TABLE} ${name} { ${contents[name].join(', ')} }`],
  );
}

const inChain = (chain: string, rules: readonly string[]): string[] =>
  rules.map((rule) => `add rule ${NFT_TABLE} ${chain} ${rule}`);

/** Before routing: a tap passes its guest's addresses with its guest's MAC address, everything else passes all but these. */
function spoofRules(): string[] {
  const link = LINK_LOCAL.map(({ text }) => text).join(', ');
  return inChain('spoof', [
    'iifname . ip saddr . ether saddr @bindings4 accept',
    'iifname . ip6 saddr . ether saddr @bindings6 accept',
    `iifname . ether saddr @cards ip6 saddr { ${link} } icmpv6 type { ${GUEST_LINK_ICMPV6.join(', ')} } accept`,
    'iifname @taps counter name spoofed drop',
    'ip saddr @guests4 counter name spoofed drop',
    'ip6 saddr @guests6 counter name spoofed drop',
  ]);
}

function hookRules(): string[] {
  const rows = ['meta nfproto ipv4 jump rows4', 'meta nfproto ipv6 jump rows6'];
  const link = `icmpv6 type { ${LINK_ICMPV6.join(', ')} } accept`;
  const state = 'ct state vmap { established : accept, related : accept, invalid : jump invalid }';
  const [from, to] = ['iifname @taps goto closed', 'oifname @taps goto closed'];
  return [
    ...inChain('input', ['iifname "lo" accept', link, state, ...rows, from]),
    ...inChain('forward', [state, ...rows, from, to]),
    ...inChain('output', ['oifname "lo" accept', link, state, ...rows, to]),
    ...inChain('invalid', ['iifname @taps counter name invalid drop', 'oifname @taps counter name invalid drop']),
    ...inChain('closed', ['counter name closed drop']),
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
    ...(masquerade
      ? inChain('srcnat', [
          `oifname "${host.uplink}" ip saddr @guests4${outside.length === 0 ? '' : ` ip daddr != { ${outside.join(', ')} }`} masquerade`,
        ])
      : []),
  ];
}

const ADDRESS = { 4: 'ip', 6: 'ip6' } as const;

function ruleText(rule: CompiledRule): string {
  const [row, ...more] = rule.rows;
  if (row === undefined) return '';
  const matches = [sideText(rule, 'saddr', rule.from), sideText(rule, 'daddr', rule.to), serviceText(rule)];
  const lookup = rule.elements.size === 0 ? [] : [lookupText(rule, more.length > 0)];
  const until = row.until === undefined ? [] : [`meta time < ${row.until}`];
  const limit = row.limit === undefined ? [] : [`limit rate ${row.limit.packets}/${row.limit.per} burst 5 packets`];
  const count = more.length > 0 ? [] : [`counter name ${counterName(row)}`];
  const log = row.log ? [`log prefix "${logPrefix(row)}"`] : [];
  const words = [...matches, ...lookup, ...until, ...limit, ...count, ...log, row.action].filter((word) => word !== '');
  return `${words.join(' ')} comment "${ruleComment(rule.rows, LONGEST_COMMENT)}"`;
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

/** One look into a hash: a set for one row, a map to the rows' counters for several. */
function lookupText({ family, from, to, service, elements }: CompiledRule, counts: boolean): string {
  const fields = [
    ...(from.kind === 'key' ? [`${ADDRESS[family]} saddr`] : []),
    ...(to.kind === 'key' ? [`${ADDRESS[family]} daddr`] : []),
    ...(service === 'key' ? ['meta l4proto . th dport'] : []),
  ].join(' . ');
  const texts = [...elements.values()].map((element) =>
    counts ? `${keyText(element)} : "${counterName(element.row)}"` : keyText(element),
  );
  return counts ? `counter name ${fields} map { ${texts.join(', ')} }` : `${fields} { ${texts.join(', ')} }`;
}

const keyText = ({ from, to, flow }: KeyElement): string =>
  [from?.text, to?.text, flow && portText(flow)].filter((part) => part !== undefined).join(' . ');

const portText = ({ protocol, ports }: Flow): string => `${protocol} . ${ports?.first}`;
