import { type CompiledRule, isAsked, segmentsOf } from './compile.ts';
import { branchesOf, interfaceTree } from './interface-tree.ts';
import { guestSet, setMatches } from './ipset.ts';
import { loopedForwards } from './looped-forwards.ts';
import { hex, ROWS_MARK, SOURCE_MARK } from './marks.ts';
import {
  DHCPV6_CLIENT,
  GUEST_LINK_ICMPV6,
  LINK_ICMPV6,
  LINK_LOCAL,
  linkLocalOf,
  OWN_NEIGHBOUR_RATE,
  TO_ALL_IPV4,
} from './necessary.ts';
import { neverMasqueraded } from './never-masqueraded.ts';
import type { AddressFamily, Prefix } from './prefix.ts';
import { ICMP, ICMPV6, protocolName, TCP } from './protocols.ts';
import { logPrefix } from './render-nft.ts';
import { LIMIT_BURST, type ResolvedGuest, type ResolvedPolicy, type ResolvedRow } from './resolved.ts';
import { ruleComment } from './rule-comment.ts';
import { ruleCounts, ruleTitle } from './rule-counts.ts';

type TableName = 'raw' | 'nat' | 'filter' | 'security';
const TABLES: readonly TableName[] = ['raw', 'nat', 'filter', 'security'];

/** Our chains that a built-in chain of a table jumps to, first of all. */
export const ENTRANCES: readonly { readonly table: TableName; readonly builtIn: string; readonly chain: string }[] = [
  { table: 'raw', builtIn: 'PREROUTING', chain: 'KVM-SPOOF' },
  { table: 'nat', builtIn: 'PREROUTING', chain: 'KVM-DNAT' },
  { table: 'nat', builtIn: 'POSTROUTING', chain: 'KVM-SNAT' },
  { table: 'filter', builtIn: 'INPUT', chain: 'KVM-INPUT' },
  { table: 'filter', builtIn: 'FORWARD', chain: 'KVM-FORWARD' },
  { table: 'filter', builtIn: 'OUTPUT', chain: 'KVM-OUTPUT' },
  { table: 'security', builtIn: 'INPUT', chain: 'KVM-JUDGED' },
  { table: 'security', builtIn: 'FORWARD', chain: 'KVM-JUDGED' },
];

/** xt_comment takes 255 characters; half of it keeps lines readable. */
export const LONGEST_COMMENT = 127;

/**
 * The policy as a file for `iptables-restore --noflush --counters` or `ip6tables-restore`: our own chains, and one jump to
 * them from each built-in chain. The sets of {@link renderIpset} have to be there.
 *
 * @param live what `iptables-save -c` prints: jumps that are there are not added, chains of ours that are no longer used go,
 *   rules' counts go on
 */
export function renderIptables(policy: ResolvedPolicy, family: AddressFamily, live = ''): string {
  const tables: Record<TableName, string[]> = {
    raw: spoofRules(policy, family),
    nat: natRules(policy, family),
    filter: counted([...filterRules(policy, family)], live),
    security: judgedRules(policy),
  };
  return TABLES.flatMap((table) => {
    const lines = tableLines(tables[table], table, liveTable(live, table));
    return lines.length === 0 ? [] : [`*${table}`, ...lines, 'COMMIT', ''];
  }).join('\n');
}

/** Whether the chain is wanted. Where nothing is translated, no chain is: with the table the first packet of each flow costs more. */
const isUsed = (table: TableName, chain: string, rules: readonly string[]): boolean =>
  table !== 'nat' || rules.some((rule) => rule.startsWith(`-A ${chain} `));

function tableLines(rules: readonly string[], table: TableName, live: string): string[] {
  const isLive = ({ builtIn, chain }: (typeof ENTRANCES)[number]): boolean =>
    new RegExp(`^(?:\\[\\d+:\\d+\\] )?-A ${builtIn} -j ${chain}$`, 'm').test(live);
  const all = ENTRANCES.filter((each) => each.table === table);
  const entrances = all.filter(({ chain }) => isUsed(table, chain, rules));
  const closed = all.filter((each) => !entrances.includes(each) && isLive(each));
  const used = rules.flatMap((rule) => [...rule.matchAll(/(?:-A|-j|-g) (KVM-\S+)/g)].map(([, chain = '']) => chain));
  const chains = new Set([...entrances.map(({ chain }) => chain), ...used]);
  const gone = [...live.matchAll(/^:(KVM-[A-Za-z0-9_.-]+) /gm)].flatMap(([, chain = '']) =>
    chains.has(chain) ? [] : [chain],
  );
  return [
    ...[...chains, ...gone].map((chain) => `:${chain} - [0:0]`),
    ...entrances.filter((each) => !isLive(each)).map(({ builtIn, chain }) => `-I ${builtIn} 1 -j ${chain}`),
    ...closed.map(({ builtIn, chain }) => `-D ${builtIn} -j ${chain}`),
    ...rules,
    ...gone.map((chain) => `-X ${chain}`),
  ];
}

function counted(rules: readonly string[], live: string): string[] {
  const counts = ruleCounts(live);
  return rules.map((rule) => {
    const [, comment] = /^-A KVM-ROWS\S* .*--comment "([^"]*)"/.exec(rule) ?? [];
    const count = comment === undefined ? undefined : counts.get(ruleTitle(comment))?.shift();
    return count === undefined ? rule : `[${count.packets}:${count.bytes}] ${rule}`;
  });
}

/** The lines of one table of what iptables-save prints. */
function liveTable(saved: string, table: TableName): string {
  const start = saved.indexOf(`*${table}\n`);
  return start === -1 ? '' : saved.slice(start, saved.indexOf('\nCOMMIT', start) + 1);
}

const ofFamily = (prefixes: readonly Prefix[], family: AddressFamily): readonly Prefix[] =>
  prefixes.filter((each) => each.family === family);

const mark = (chain: string, bits: number): string => `-A ${chain} -j MARK --set-xmark ${hex(bits)}/${hex(bits)}`;

/** What is from a tap of no guest, or has come to the end of the tree of known ones, goes no further. */
function spoofRules(policy: ResolvedPolicy, family: AddressFamily): string[] {
  const { guests, guestNetworks } = policy;
  const steps = interfaceTree(
    'KVM-SPOOF',
    'KVM-S-',
    guests.map(({ tap }) => tap),
  );
  const types = GUEST_LINK_ICMPV6.map((type) => `-A KVM-LINK -p icmpv6 -m icmp6 --icmpv6-type ${type} -g KVM-PASS`);
  return [
    ...(guests.length === 0 ? [] : [mark('KVM-PASS', SOURCE_MARK)]),
    ...(family === 4 || guests.length === 0 ? [] : [...types, '-A KVM-LINK -j DROP']),
    ...guests.flatMap((guest) => tapRules(guest, family)),
    `-A KVM-SPOOF -i ${guestNetworks.taps}0 -g KVM-OTHERS`,
    ...steps.map(({ inChain, pattern, chain }) => `-A ${inChain} -i ${pattern} -g ${chain ?? `KVM-T-${pattern}`}`),
    ...branchesOf(steps).map((chain) => `-A ${chain} -j DROP`),
    `-A KVM-SPOOF -i ${guestNetworks.taps}+ -j DROP`,
    '-A KVM-SPOOF -g KVM-OTHERS',
    '-A KVM-OTHERS -i lo -j RETURN',
    mark('KVM-OTHERS', SOURCE_MARK),
    `-A KVM-OTHERS -m set --match-set ${guestSet(policy, family).name} src -j DROP`,
    ...ofFamily(guestNetworks.elsewhere, family).map(({ text }) => `-A KVM-OTHERS -s ${text} -j RETURN`),
    ...ofFamily(guestNetworks.ranges, family).map(({ text }) => `-A KVM-OTHERS -s ${text} -j DROP`),
  ];
}

function tapRules({ tap, mac, addresses }: ResolvedGuest, family: AddressFamily): string[] {
  const { packets, per, burst } = OWN_NEIGHBOUR_RATE;
  const limit = ` -m limit --limit ${packets}/${per} --limit-burst ${burst}`;
  const link = (source: string, more = ''): string =>
    `-A KVM-T-${tap} -s ${source} -p icmpv6 -m mac --mac-source ${mac}${more} -g KVM-LINK`;
  return [
    ...ofFamily(addresses, family).map(
      ({ text }) => `-A KVM-T-${tap} -s ${text} -m mac --mac-source ${mac} -g KVM-PASS`,
    ),
    ...(family === 4
      ? []
      : [link(linkLocalOf(mac)), link('::/128'), ...LINK_LOCAL.map(({ text }) => link(text, limit))]),
    `-A KVM-T-${tap} -j DROP`,
  ];
}

function* filterRules(policy: ResolvedPolicy, family: AddressFamily): Generator<string> {
  const { taps, ranges } = policy.guestNetworks;
  for (const [chain, address, option] of [['KVM-I', '-s', '-i'] as const, ['KVM-O', '-d', '-o'] as const]) {
    for (const { text } of ofFamily(ranges, family)) yield `-A ${chain} ${address} ${text} -j DROP`;
    yield `-A ${chain} ${option} ${taps}0 -j RETURN`;
    yield `-A ${chain} ${option} ${taps}+ -j DROP`;
  }
  yield* destinationRules(policy, family);
  for (const row of policy.rows) if (row.log) yield* logRules(row);
  const segments = segmentsOf(policy, family).map(({ scope, rules }, index) => ({
    scope,
    rules,
    chain: `KVM-ROWS${index === 0 ? '' : `-${index + 1}`}`,
  }));
  for (const { rules, chain } of segments) for (const rule of rules) yield* ruleLines(rule, chain);
  // In INPUT no packet has a way out, and in OUTPUT none a way in.
  for (const chain of ['KVM-I', 'KVM-O']) yield `-A KVM-INVALID -j ${chain}`;
  const rowsIn = (hook: 'input' | 'forward' | 'output'): string[] =>
    segments.filter(({ scope }) => isAsked(scope, hook)).map(({ chain }) => `-j ${chain}`);
  const judged = `MARK --set-xmark ${hex(ROWS_MARK)}/${hex(ROWS_MARK)}`;
  const state = ['-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT'];
  const invalid = '-m conntrack --ctstate INVALID -j KVM-INVALID';
  const link = family === 4 ? [] : LINK_ICMPV6.map((type) => `-p icmpv6 -m icmp6 --icmpv6-type ${type} -j ACCEPT`);
  const dhcp = ofFamily(LINK_LOCAL, family).map(
    ({ text }) => `-s ${text} -d ${text} -p udp -m udp --dport ${DHCPV6_CLIENT} -j ACCEPT`,
  );
  const toAll = ofFamily(TO_ALL_IPV4, family).map(({ text }) => `-d ${text} -j KVM-I`);
  const hooks = {
    INPUT: [
      '-i lo -j RETURN',
      `-i ${taps}+ -j ${judged}`,
      ...state,
      ...link,
      ...dhcp,
      invalid,
      ...toAll,
      ...rowsIn('input'),
      '-j KVM-I',
    ],
    FORWARD: [`-i ${taps}+ -j ${judged}`, '-j KVM-TO', ...state, invalid, ...rowsIn('forward'), '-j KVM-I', '-j KVM-O'],
    OUTPUT: [
      '-o lo -j RETURN',
      `-o ${taps}+ -j ${judged}`,
      ...link,
      '-j KVM-TO',
      ...state,
      invalid,
      ...rowsIn('output'),
      '-j KVM-O',
    ],
  };
  for (const [hook, rules] of Object.entries(hooks)) yield* rules.map((rule) => `-A KVM-${hook} ${rule}`);
}

/** Nothing leaves for an address of the guests' ranges, or by a tap, but to a guest by its own. */
function destinationRules({ guests, guestNetworks }: ResolvedPolicy, family: AddressFamily): string[] {
  const { taps, ranges, elsewhere } = guestNetworks;
  const steps = interfaceTree(
    'KVM-TAPS',
    'KVM-D-',
    guests.map(({ tap }) => tap),
  );
  return [
    `-A KVM-TO -o ${taps}0 -g KVM-AWAY`,
    `-A KVM-TO -o ${taps}+ -g KVM-TAPS`,
    '-A KVM-TO -g KVM-AWAY',
    ...ofFamily(elsewhere, family).map(({ text }) => `-A KVM-AWAY -d ${text} -j RETURN`),
    ...ofFamily(ranges, family).map(({ text }) => `-A KVM-AWAY -d ${text} -j DROP`),
    ...steps.map(({ inChain, pattern, chain }) => `-A ${inChain} -o ${pattern} -g ${chain ?? `KVM-G-${pattern}`}`),
    ...['KVM-TAPS', ...branchesOf(steps)].map((chain) => `-A ${chain} -j DROP`),
    ...(guests.length === 0 ? [] : [mark('KVM-HOME', ROWS_MARK)]),
    ...guests.flatMap(({ tap, addresses }) => [
      ...ofFamily(addresses, family).map(({ text }) => `-A KVM-G-${tap} -d ${text} -g KVM-HOME`),
      `-A KVM-G-${tap} -j DROP`,
    ]),
  ];
}

/** After the filter: what a guest sends and the filter did not see, because somebody flushed it, goes no further. */
const judgedRules = ({ guestNetworks: { taps } }: ResolvedPolicy): string[] => [
  `-A KVM-JUDGED -i ${taps}0 -j RETURN`,
  `-A KVM-JUDGED -i ${taps}+ -m mark ! --mark ${hex(ROWS_MARK)}/${hex(ROWS_MARK)} -j DROP`,
];

function natRules(policy: ResolvedPolicy, family: AddressFamily): string[] {
  if (family === 6) return [];
  const { forwards, masquerade, host } = policy;
  const own = host.addresses.filter((address) => address.family === 4);
  const ports = forwards.flatMap(({ row, protocol, hostPort, guest, guestPort }) =>
    row.from.flatMap(({ text }) =>
      own.map(
        (address) =>
          `-A KVM-DNAT -s ${text} -d ${address.text} ${portMatch(protocol, String(hostPort))} -j DNAT --to-destination ${guest.text}:${guestPort}`,
      ),
    ),
  );
  const loops = (own.length === 0 ? [] : loopedForwards(policy)).map(
    ({ text }) => `-A KVM-SNAT -s ${text} -d ${text} -j MASQUERADE`,
  );
  if (!masquerade) return [...ports, ...loops];
  return [
    ...ports,
    ...loops,
    ...neverMasqueraded(policy).map(({ text }) => `-A KVM-SNAT -d ${text} -j RETURN`),
    `-A KVM-SNAT -o ${host.uplink} -m set --match-set ${guestSet(policy, 4).name} src -j MASQUERADE`,
  ];
}

const TARGETS = { accept: 'ACCEPT', drop: 'DROP', reject: 'REJECT' } as const;

function ruleLines(rule: CompiledRule, chain: string): string[] {
  const [row] = rule.rows;
  if (row === undefined) return [];
  const matches = [
    ...(rule.from.kind === 'block' ? [`-s ${rule.from.block.text}`] : []),
    ...(rule.to.kind === 'block' ? [`-d ${rule.to.block.text}`] : []),
    ...(rule.service === 'key' ? [] : serviceMatch(rule.service)),
    ...setMatches(rule).map(({ set, flags }) => `-m set --match-set ${set.name} ${flags}`),
    ...(row.until === undefined ? [] : [`-m time --datestop ${lastSecond(row.until)}`]),
    ...(row.limit === undefined
      ? []
      : [`-m limit --limit ${row.limit.packets}/${row.limit.per} --limit-burst ${LIMIT_BURST}`]),
    `-m comment --comment "${ruleComment(rule.rows, LONGEST_COMMENT)}"`,
  ].join(' ');
  return [`-A ${chain} ${matches} -j ${row.log ? logChain(row) : TARGETS[row.action]}`];
}

const logChain = ({ id }: ResolvedRow): string => `KVM-R-${id}`;

function logRules(row: ResolvedRow): string[] {
  const chain = logChain(row);
  return [
    `-A ${chain} -j LOG --log-prefix "${logPrefix(row)}"`,
    `-A ${chain} -m comment --comment "${ruleComment([row], LONGEST_COMMENT)}" -j ${TARGETS[row.action]}`,
  ];
}

function serviceMatch({ protocol, ports, icmpType }: Exclude<CompiledRule['service'], 'key'>): string[] {
  if (protocol === undefined) return [];
  if (icmpType !== undefined && protocol === ICMP) return [`-p icmp -m icmp --icmp-type ${icmpType}`];
  if (icmpType !== undefined && protocol === ICMPV6) return [`-p icmpv6 -m icmp6 --icmpv6-type ${icmpType}`];
  return ports === undefined ? [`-p ${protocol}`] : [portMatch(protocol, `${ports.first}:${ports.last}`)];
}

const portMatch = (protocol: number, ports: string): string =>
  `-p ${protocol === TCP ? 'tcp' : 'udp'} -m ${protocolName(protocol)} --dport ${ports}`;

/** xt_time counts the second of `--datestop` in. */
const lastSecond = (until: number): string => new Date((until - 1) * 1000).toISOString().slice(0, 19);
