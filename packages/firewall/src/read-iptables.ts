import { FirewallError } from './errors.ts';
import { type Key, type KeyReader, keySetTest } from './key-set.ts';
import { type GrowingMentions, mentioned, noEdges, noMentions, portEdges } from './mentions.ts';
import { covers, parsePrefix } from './prefix.ts';
import { PROTOCOLS } from './protocols.ts';
import { readIpset, type SavedSet } from './read-ipset.ts';
import { linkChains, marksSomething, type NamedRule, type Ruleset, rulesetOf } from './ruleset.ts';
import { type Part, type Test, testOf } from './steps.ts';

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

/**
 * Reads our chains; others' rules are passed over.
 *
 * @throws FirewallError `unreadable-ruleset` when our chains hold what this package does not write: a foreign change
 */
export function readIptables(saved: SavedIptables): Ruleset {
  const mentions = noMentions();
  const reading = { sets: readIpset(saved.ipset), mentions };
  const chains = ([4, 6] as const).map((family) => ({
    ofFamily: testOf('source', ({ from }) => from.family === family),
    rules: readChains(family === 4 ? saved.ipv4 : saved.ipv6, reading),
  }));
  const linked = chains.map(({ ofFamily, rules }) => ({ ofFamily, link: linkChains(rules) }));
  // An accept in the raw table does not open the filter table.
  return rulesetOf('iptables', mentions, {
    chainsOf: (hook) =>
      linked.map(({ ofFamily, link }) => [
        { tests: [ofFamily], outcome: { kind: 'jump', steps: link(ENTRANCE[hook]) }, by: '' },
      ]),
    unmarkedIn: (hook) =>
      chains.flatMap(({ ofFamily, rules }) => (marksSomething(rules, [ENTRANCE[hook]]) ? [] : [[ofFamily]])),
  });
}

const ENTRANCE = {
  prerouting: 'raw PREROUTING',
  input: 'filter INPUT',
  forward: 'filter FORWARD',
  output: 'filter OUTPUT',
};

function readChains(text: string, reading: Reading): ReadonlyMap<string, readonly NamedRule[]> {
  const chains = new Map<string, NamedRule[]>();
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

function readRule(rule: string, table: string, reading: Reading): NamedRule {
  const options = optionsOf(rule);
  const tests = options.flatMap((option) => readTest(option, rule, reading));
  const verdict = options.findLast(({ name }) => name === '-j' || name === '-g');
  if (verdict === undefined) throw unreadable(rule);
  const { name, value } = verdict;
  return {
    tests,
    outcome:
      (name === '-j' ? TARGETS.get(value) : undefined) ??
      ({ kind: name === '-g' ? 'goto' : 'jump', to: `${table} ${value}` } as const),
    by: options.find((option) => option.name === '--comment')?.value ?? '',
    marks: value === 'MARK',
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

const TARGETS: ReadonlyMap<string, NamedRule['outcome']> = new Map<string, NamedRule['outcome']>([
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
  ['--mac-source', (value) => testOf('source', ({ mac }) => mac === value.toLowerCase())],
  ['--ctstate', (value) => testOf('moment', ({ state }) => value.split(',').includes(state.toUpperCase()))],
  ['--datestop', (value, mentions) => timeTest(value, mentions)],
]);

const PARTS = { from: 'source', to: 'destination', inInterface: 'source', outInterface: 'destination' } as const;

function addressTest(value: string, mentions: GrowingMentions, side: 'from' | 'to'): Test {
  const block = parsePrefix(value);
  if (block === undefined) throw unreadable(value);
  mentions.blocks.add(block.text);
  return testOf(PARTS[side], (packet) => covers(block, packet[side]));
}

function interfaceTest(value: string, side: 'inInterface' | 'outInterface'): Test {
  if (!value.endsWith('+')) return testOf(PARTS[side], (packet) => packet[side] === value);
  return testOf(PARTS[side], (packet) => packet[side]?.startsWith(value.slice(0, -1)) ?? false);
}

function protocolTest(value: string, mentions: GrowingMentions): Test {
  const number = value === 'ipv6-icmp' ? 58 : (PROTOCOLS.get(value) ?? Number(value));
  if (Number.isNaN(number)) throw unreadable(`-p ${value}`);
  const edges = mentioned({ ...noEdges(), protocols: new Set([number]) }, mentions);
  return testOf('content', ({ protocol }) => protocol === number, edges);
}

function portTest(value: string, mentions: GrowingMentions): Test {
  const [first = Number.NaN, last = first] = value.split(':').map(Number);
  const edges = mentioned({ ...noEdges(), ports: new Set([first, last + 1]) }, mentions);
  return testOf('content', ({ port }) => port !== undefined && port >= first && port <= last, edges);
}

function icmpTest(value: string, mentions: GrowingMentions): Test {
  const edges = mentioned({ ...noEdges(), icmpTypes: new Set([Number(value)]) }, mentions);
  return testOf('content', ({ icmpType }) => icmpType === Number(value), edges);
}

function timeTest(value: string, mentions: GrowingMentions): Test {
  const end = Date.parse(`${value}Z`) / 1000 + 1;
  mentions.times.add(end);
  return testOf('moment', ({ time }) => time < end);
}

/** Of `src,dst,dst`, the second is the port. */
function setTest({ sets, mentions }: Reading, name: string, flags: string): Test {
  const set = sets.get(name);
  if (set === undefined) throw unreadable(`--match-set ${name}`);
  for (const address of set.addresses) mentions.blocks.add(address);
  for (const port of set.ports) mentions.ports.add(port).add(port + 1);
  const sides = flags.split(',');
  const keys = [...set.elements.keys()].map((element): Key => {
    const texts = element.split(',');
    const key: { [P in Part]?: string } = {};
    sides.forEach((side, index) => {
      const text = texts[index] ?? '';
      if (index === 1) key.content = text.replace(':', ' ');
      else key[side === 'src' ? 'source' : 'destination'] = text;
    });
    return key;
  });
  const addresses = sides.filter((_, index) => index !== 1);
  const reader: KeyReader = {
    ...(addresses.includes('src') && { source: ({ from }) => from.text }),
    ...(addresses.includes('dst') && { destination: ({ to }) => to.text }),
    ...(sides.length > 1 && { content: ({ protocol, port }) => `${protocol} ${port}` }),
  };
  return keySetTest(keys, reader, portEdges);
}
