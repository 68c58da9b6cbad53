import { FirewallError } from './errors.ts';
import type { Packet } from './packet.ts';
import { type AddressFamily, covers, parsePrefix } from './prefix.ts';
import { PROTOCOLS } from './protocols.ts';
import { readIpset, type SavedSet } from './read-ipset.ts';
import {
  type ChainRule,
  type GrowingMentions,
  hooksOf,
  noMentions,
  type Ruleset,
  type RulesetVerdict,
  runChain,
} from './ruleset.ts';

type Test = (packet: Packet) => boolean;

interface Reading {
  readonly sets: ReadonlyMap<string, SavedSet>;
  readonly mentions: GrowingMentions;
}

/** What a kernel says of its rules. */
export interface SavedIptables {
  /** What `iptables-save` prints. */
  readonly ipv4: string;
  /** What `ip6tables-save` prints. */
  readonly ipv6: string;
  /** What `ipset save` prints. */
  readonly ipset: string;
}

type Chains = ReadonlyMap<string, readonly ChainRule[]>;

/**
 * Reads our chains; others' rules are passed over.
 *
 * @throws FirewallError `unreadable-ruleset` when our chains hold what this package does not write: a foreign change
 */
export function readIptables(saved: SavedIptables): Ruleset {
  const mentions = noMentions();
  const reading = { sets: readIpset(saved.ipset), mentions };
  const families: Record<AddressFamily, Chains> = {
    4: readChains(saved.ipv4, reading),
    6: readChains(saved.ipv6, reading),
  };
  return {
    backEnd: 'iptables',
    mentions,
    decide(packet) {
      const chains = families[packet.from.family];
      let verdict: RulesetVerdict | undefined;
      for (const hook of hooksOf(packet)) {
        verdict = runChain(chains, ENTRANCE[hook], packet);
        // An accept in the raw table does not open the filter table.
        if (verdict !== undefined && verdict.action !== 'accept') return verdict;
      }
      return verdict ?? { action: 'accept', rule: '' };
    },
  };
}

const ENTRANCE = {
  prerouting: 'raw PREROUTING',
  input: 'filter INPUT',
  forward: 'filter FORWARD',
  output: 'filter OUTPUT',
};

function readChains(text: string, reading: Reading): Chains {
  const chains = new Map<string, ChainRule[]>();
  let table = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1);
    const [, chain = '', rest = ''] = /^(?:\[\d+:\d+\] )?-A (\S+) ?(.*)$/.exec(line) ?? [];
    const ours = chain.startsWith('KVM-') || / -[jg] KVM-/.test(line);
    // Of the security table, only what the filter has not seen is dropped.
    if (table === 'nat' || table === 'security' || chain === '' || !ours) continue;
    const name = `${table} ${chain}`;
    const rules = chains.get(name) ?? [];
    chains.set(name, rules);
    rules.push(readRule(rest, table, reading));
  }
  return chains;
}

const unreadable = (rule: string): FirewallError =>
  new FirewallError(
    'unreadable-ruleset',
    `a KVM- chain holds what kvm did not write: ${JSON.stringify(rule)}; apply the policy again`,
  );

function wordsOf(rule: string): string[] {
  return [...rule.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

function readRule(rule: string, table: string, reading: Reading): ChainRule {
  const options = optionsOf(rule);
  const tests = options.flatMap((option) => readTest(option, rule, reading));
  const verdict = options.findLast(({ name }) => name === '-j' || name === '-g');
  if (verdict === undefined) throw unreadable(rule);
  const { name, value } = verdict;
  return {
    matches: (packet) => tests.every((test) => test(packet)),
    outcome: name === '-g' ? { goto: `${table} ${value}` } : (TARGETS.get(value) ?? { jump: `${table} ${value}` }),
    comment: options.find((option) => option.name === '--comment')?.value ?? '',
  };
}

interface RuleOption {
  readonly name: string;
  readonly value: string;
  /** Of `--match-set`. */
  readonly flags: string;
}

function optionsOf(rule: string): RuleOption[] {
  const words = wordsOf(rule);
  const options: RuleOption[] = [];
  for (let at = 0; at < words.length; at += 2) {
    const [name = '', value = '', flags = ''] = words.slice(at, at + 3);
    options.push({ name, value, flags: name === '--match-set' ? flags : '' });
    if (name === '--match-set') at += 1;
  }
  return options;
}

function readTest({ name, value, flags }: RuleOption, rule: string, reading: Reading): Test[] {
  const test = TESTS.get(name);
  if (name === '--match-set') return [setTest(reading, value, flags)];
  if (test !== undefined) return [test(value, reading.mentions)];
  if (IGNORED.has(name)) return [];
  throw unreadable(rule);
}

const TARGETS: ReadonlyMap<string, ChainRule['outcome']> = new Map<string, ChainRule['outcome']>([
  ['ACCEPT', 'accept'],
  ['DROP', 'drop'],
  ['REJECT', 'reject'],
  ['RETURN', 'return'],
  ['LOG', 'continue'],
  ['MARK', 'continue'],
]);

/** Each has one value, and none tests a packet. */
const IGNORED = new Set([
  '-j',
  '-g',
  '--comment',
  '-m',
  '--limit',
  '--limit-burst',
  '--reject-with',
  '--log-prefix',
  '--log-level',
  '--set-xmark',
]);

type TestReader = (value: string, mentions: GrowingMentions) => Test;

const TESTS: ReadonlyMap<string, TestReader> = new Map<string, TestReader>([
  ['-s', (value, mentions) => addressTest(value, mentions, 'from')],
  ['-d', (value, mentions) => addressTest(value, mentions, 'to')],
  ['-i', (value) => interfaceTest(value, 'inInterface')],
  ['-o', (value) => interfaceTest(value, 'outInterface')],
  ['-p', (value, mentions) => protocolTest(value, mentions)],
  ['--dport', (value, mentions) => portTest(value, mentions)],
  ['--icmp-type', (value, mentions) => icmpTest(value, mentions)],
  ['--icmpv6-type', (value, mentions) => icmpTest(value, mentions)],
  ['--mac-source', (value) => (packet) => packet.mac === value.toLowerCase()],
  ['--ctstate', (value) => (packet) => value.split(',').includes(packet.state.toUpperCase())],
  ['--datestop', (value, mentions) => timeTest(value, mentions)],
]);

function addressTest(value: string, mentions: GrowingMentions, side: 'from' | 'to'): Test {
  const block = parsePrefix(value);
  if (block === undefined) throw unreadable(value);
  mentions.blocks.add(block.text);
  return (packet) => covers(block, packet[side]);
}

function interfaceTest(value: string, side: 'inInterface' | 'outInterface'): Test {
  if (!value.endsWith('+')) return (packet) => packet[side] === value;
  return (packet) => packet[side]?.startsWith(value.slice(0, -1)) ?? false;
}

function protocolTest(value: string, mentions: GrowingMentions): Test {
  const number = value === 'ipv6-icmp' ? 58 : (PROTOCOLS.get(value) ?? Number(value));
  if (Number.isNaN(number)) throw unreadable(`-p ${value}`);
  mentions.protocols.add(number);
  return ({ protocol }) => protocol === number;
}

function portTest(value: string, mentions: GrowingMentions): Test {
  const [first = Number.NaN, last = first] = value.split(':').map(Number);
  for (const edge of [first, last + 1]) mentions.ports.add(edge);
  return ({ port }) => port !== undefined && port >= first && port <= last;
}

function icmpTest(value: string, mentions: GrowingMentions): Test {
  mentions.icmpTypes.add(Number(value));
  return ({ icmpType }) => icmpType === Number(value);
}

function timeTest(value: string, mentions: GrowingMentions): Test {
  const end = Date.parse(`${value}Z`) / 1000 + 1;
  mentions.times.add(end);
  return ({ time }) => time < end;
}

function setTest({ sets, mentions }: Reading, name: string, flags: string): Test {
  const set = sets.get(name);
  if (set === undefined) throw unreadable(`--match-set ${name}`);
  for (const address of set.addresses) mentions.blocks.add(address);
  for (const port of set.ports) for (const edge of [port, port + 1]) mentions.ports.add(edge);
  const sides = flags.split(',');
  const [first, , third] = sides;
  const address = (side: string | undefined, { from, to }: Packet): string => (side === 'src' ? from.text : to.text);
  if (sides.length === 1) return (packet) => set.elements.has(address(first, packet));
  return (packet) => {
    const key = `${address(first, packet)},${packet.protocol}:${packet.port}`;
    return set.elements.has(sides.length === 2 ? key : `${key},${address(third, packet)}`);
  };
}
