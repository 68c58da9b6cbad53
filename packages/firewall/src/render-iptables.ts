import { type CompiledRule, compileRows } from './compile.ts';
import { interfaceTree } from './interface-tree.ts';
import { guestSet, setMatches } from './ipset.ts';
import { GUEST_LINK_ICMPV6, LINK_ICMPV6, LINK_LOCAL } from './necessary.ts';
import { neverMasqueraded } from './never-masqueraded.ts';
import type { AddressFamily } from './prefix.ts';
import { ICMP, ICMPV6, protocolName, TCP } from './protocols.ts';
import { logPrefix } from './render-nft.ts';
import type { ResolvedPolicy, ResolvedRow } from './resolved.ts';
import { ruleComment } from './rule-comment.ts';
import { ruleCounts, ruleTitle } from './rule-counts.ts';

type TableName = 'raw' | 'nat' | 'filter';

/** Our chains that a built-in chain of a table jumps to, first of all. */
const ENTRANCES: readonly { readonly table: TableName; readonly builtIn: string; readonly chain: string }[] = [
  { table: 'raw', builtIn: 'PREROUTING', chain: 'KVM-SPOOF' },
  { table: 'nat', builtIn: 'PREROUTING', chain: 'KVM-DNAT' },
  { table: 'nat', builtIn: 'POSTROUTING', chain: 'KVM-SNAT' },
  { table: 'filter', builtIn: 'INPUT', chain: 'KVM-INPUT' },
  { table: 'filter', builtIn: 'FORWARD', chain: 'KVM-FORWARD' },
  { table: 'filter', builtIn: 'OUTPUT', chain: 'KVM-OUTPUT' },
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
  };
  return (['raw', 'nat', 'filter'] as const)
    .flatMap((table) => {
      const lines = tableLines(tables[table], table, liveTable(live, table));
      return lines.length === 0 ? [] : [`*${table}`, ...lines, 'COMMIT', ''];
    })
    .join('\n');
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
    const [, comment] = /^-A KVM-ROWS .*--comment "([^"]*)"/.exec(rule) ?? [];
    const count = comment === undefined ? undefined : counts.get(ruleTitle(comment))?.shift();
    return count === undefined ? rule : `[${count.packets}:${count.bytes}] ${rule}`;
  });
}

/** The lines of one table of what iptables-save prints. */
function liveTable(saved: string, table: TableName): string {
  const start = saved.indexOf(`*${table}\n`);
  return start === -1 ? '' : saved.slice(start, saved.indexOf('\nCOMMIT', start) + 1);
}

function spoofRules(policy: ResolvedPolicy, family: AddressFamily): string[] {
  const steps = interfaceTree(
    'KVM-SPOOF',
    'KVM-S-',
    policy.guests.map(({ tap }) => tap),
  );
  const types = GUEST_LINK_ICMPV6.map((type) => `-A KVM-LINK -p icmpv6 -m icmp6 --icmpv6-type ${type} -j ACCEPT`);
  const guests = policy.guests.flatMap(({ tap, mac, addresses }) => [
    ...addresses
      .filter((address) => address.family === family)
      .map(({ text }) => `-A KVM-T-${tap} -s ${text} -m mac --mac-source ${mac} -j RETURN`),
    ...(family === 4
      ? []
      : LINK_LOCAL.map(({ text }) => `-A KVM-T-${tap} -s ${text} -p icmpv6 -m mac --mac-source ${mac} -j KVM-LINK`)),
    `-A KVM-T-${tap} -j DROP`,
  ]);
  return [
    ...(family === 4 ? [] : types),
    ...guests,
    ...steps.map(({ inChain, pattern, chain }) => `-A ${inChain} -i ${pattern} -g ${chain ?? `KVM-T-${pattern}`}`),
    `-A KVM-SPOOF -m set --match-set ${guestSet(policy, family).name} src -j DROP`,
  ];
}

function* filterRules(policy: ResolvedPolicy, family: AddressFamily): Generator<string> {
  const taps = policy.guests.map(({ tap }) => tap);
  for (const [letter, option] of [['I', '-i'] as const, ['O', '-o'] as const])
    for (const { inChain, pattern, chain } of interfaceTree(`KVM-${letter}`, `KVM-${letter}-`, taps))
      yield `-A ${inChain} ${option} ${pattern} ${chain === undefined ? '-j DROP' : `-g ${chain}`}`;
  for (const row of policy.rows) if (row.log) yield* logRules(row);
  for (const rule of compileRows(policy, family)) yield* ruleLines(rule);
  // In INPUT no packet has a way out, and in OUTPUT none a way in.
  for (const chain of ['KVM-I', 'KVM-O']) yield `-A KVM-INVALID -j ${chain}`;
  const link = family === 4 ? [] : LINK_ICMPV6.map((type) => `-p icmpv6 -m icmp6 --icmpv6-type ${type} -j ACCEPT`);
  for (const [hook, loopback, closing] of [
    ['INPUT', ['-i lo -j RETURN'], ['KVM-I']],
    ['FORWARD', [], ['KVM-I', 'KVM-O']],
    ['OUTPUT', ['-o lo -j RETURN'], ['KVM-O']],
  ] as const) {
    const rules = [
      ...loopback,
      '-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
      ...(hook === 'FORWARD' ? [] : link),
      '-m conntrack --ctstate INVALID -j KVM-INVALID',
      '-j KVM-ROWS',
      ...closing.map((chain) => `-j ${chain}`),
    ];
    yield* rules.map((rule) => `-A KVM-${hook} ${rule}`);
  }
}

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
  if (!masquerade) return ports;
  return [
    ...ports,
    ...neverMasqueraded(policy).map(({ text }) => `-A KVM-SNAT -d ${text} -j RETURN`),
    `-A KVM-SNAT -o ${host.uplink} -m set --match-set ${guestSet(policy, 4).name} src -j MASQUERADE`,
  ];
}

const TARGETS = { accept: 'ACCEPT', drop: 'DROP', reject: 'REJECT' } as const;

function ruleLines(rule: CompiledRule): string[] {
  const [row] = rule.rows;
  if (row === undefined) return [];
  const matches = [
    ...(rule.from.kind === 'block' ? [`-s ${rule.from.block.text}`] : []),
    ...(rule.to.kind === 'block' ? [`-d ${rule.to.block.text}`] : []),
    ...(rule.service === 'key' ? [] : serviceMatch(rule.service)),
    ...setMatches(rule).map(({ set, flags }) => `-m set --match-set ${set.name} ${flags}`),
    ...(row.until === undefined ? [] : [`-m time --datestop ${lastSecond(row.until)}`]),
    ...(row.limit === undefined ? [] : [`-m limit --limit ${row.limit.packets}/${row.limit.per} --limit-burst 5`]),
    `-m comment --comment "${ruleComment(rule.rows, LONGEST_COMMENT)}"`,
  ].join(' ');
  if (!row.log) return [`-A KVM-ROWS ${matches} -j ${TARGETS[row.action]}`];
  return [`-A KVM-ROWS ${matches} -j ${logChain(row)}`];
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
