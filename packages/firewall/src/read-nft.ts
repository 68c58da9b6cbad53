import { FirewallError } from './errors.ts';
import { type Key, keySetTest } from './key-set.ts';
import { type GrowingEdges, type GrowingMentions, mentioned, noEdges, noMentions, portEdges } from './mentions.ts';
import type { NftEntry, NftField, NftListing, NftStatement, NftValue } from './nft-listing.ts';
import type { Packet } from './packet.ts';
import { covers, type Prefix, parsePrefix } from './prefix.ts';
import { PROTOCOLS } from './protocols.ts';
import { type Hook, linkChains, marksSomething, type NamedRule, type Ruleset, rulesetOf } from './ruleset.ts';
import { type Part, type Test, testOf } from './steps.ts';

/** A packet's value in one field, as the listing writes it; undefined when the packet has no such field. */
type FieldReader = (packet: Packet) => string | Prefix | undefined;

interface PartReader {
  readonly part: Part;
  readonly read: FieldReader;
}

interface Reading {
  readonly sets: ReadonlyMap<string, readonly NftValue[]>;
  readonly mentions: GrowingMentions;
}

/**
 * Reads what `TZ=UTC nft -j -n list table inet kvm` prints.
 *
 * @throws FirewallError `unreadable-ruleset` when it is no such text, or holds what this package does not write: a foreign change
 */
export function readNft(json: string): Ruleset {
  const { nftables } = parseListing(json);
  const mentions = noMentions();
  const sets = new Map(nftables.flatMap(({ set }) => (set === undefined ? [] : [[set.name, set.elem ?? []] as const])));
  const bases = nftables.flatMap(({ chain }) => (chain?.type === 'filter' ? [chain] : []));
  bases.sort((a, b) => (a.prio ?? 0) - (b.prio ?? 0));
  const translated = new Set(nftables.flatMap(({ chain }) => (chain?.type === 'nat' ? [chain.name] : [])));
  const chains = new Map<string, NamedRule[]>();
  for (const { rule } of nftables) {
    if (rule === undefined || translated.has(rule.chain)) continue;
    const rules = chains.get(rule.chain) ?? [];
    chains.set(rule.chain, rules);
    rules.push(readRule(rule, { sets, mentions }));
  }
  const linked = linkChains(chains);
  const entrances = (hook: Hook): string[] => bases.filter((chain) => chain.hook === hook).map(({ name }) => name);
  return rulesetOf('nft', mentions, {
    chainsOf: (hook) => entrances(hook).map(linked),
    unmarkedIn: (hook) => (marksSomething(chains, entrances(hook)) ? [] : [[]]),
  });
}

function parseListing(json: string): NftListing {
  try {
    const listing = JSON.parse(json) as NftListing;
    if (Array.isArray(listing.nftables)) return listing;
  } catch (cause) {
    throw new FirewallError('unreadable-ruleset', 'this is not what `nft -j list table` prints', { cause });
  }
  throw new FirewallError('unreadable-ruleset', 'this is not what `nft -j list table` prints');
}

const unreadable = (what: unknown): FirewallError =>
  new FirewallError(
    'unreadable-ruleset',
    `the nft table holds what kvm did not write: ${JSON.stringify(what)}; apply the policy again`,
  );

function readRule({ expr, comment = '' }: NonNullable<NftEntry['rule']>, reading: Reading): NamedRule {
  return {
    tests: expr.flatMap((statement) => readTest(statement, reading)),
    outcome: outcomeOf(expr),
    by: comment,
    marks: expr.some((statement) => 'mangle' in statement),
  };
}

function outcomeOf(statements: readonly NftStatement[]): NamedRule['outcome'] {
  for (const { jump, goto, ...verdict } of statements) {
    if (jump !== undefined) return { kind: 'jump', to: jump.target };
    if (goto !== undefined) return { kind: 'goto', to: goto.target };
    for (const action of ['accept', 'drop', 'reject', 'return'] as const) if (action in verdict) return action;
  }
  return 'continue';
}

/** A rate that a set keeps is, like any, taken to be below its limit. */
const WITHOUT_TEST = ['mangle', 'set', 'limit', 'log', 'accept', 'drop', 'reject', 'return', 'jump', 'goto'];

function readTest(statement: NftStatement, reading: Reading): Test[] {
  const { match, counter } = statement;
  if (match !== undefined) return [matchTest(match, reading)];
  if (typeof counter === 'object')
    return [
      membership(
        counter.map.key,
        counter.map.data.set.map(([key]) => key),
        reading,
      ),
    ];
  if (counter !== undefined || WITHOUT_TEST.some((word) => word in statement)) return [];
  throw unreadable(statement);
}

function matchTest({ op, left, right }: NonNullable<NftStatement['match']>, reading: Reading): Test {
  if (op === '<' && left.meta?.key === 'time') return timeTest(isList(right) ? '' : right, reading);
  const values = valuesOf(right, reading);
  const test = membership(left, values, reading);
  if (op === '==' || op === 'in') return test;
  const [part, ...more] = test.reads;
  if (op === '!=' && part !== undefined && more.length === 0)
    return testOf(part, (packet) => !test.matches(packet), test.edges);
  throw unreadable({ op, left, right });
}

function valuesOf(right: NftValue | readonly NftValue[], { sets }: Reading): readonly NftValue[] {
  if (isList(right)) return right;
  if (typeof right === 'string' && right.startsWith('@')) return sets.get(right.slice(1)) ?? [];
  if (typeof right === 'object' && right.set !== undefined)
    return Array.isArray(right.set) ? right.set : [right.set as NftValue];
  return [right];
}

/** Bits of a mask: `established,related`. */
const isList = (value: NftValue | readonly NftValue[]): value is readonly NftValue[] => Array.isArray(value);

function timeTest(right: NftValue, { mentions }: Reading): Test {
  const seconds = typeof right === 'number' ? right : Date.parse(`${String(right).replace(' ', 'T')}Z`) / 1000;
  if (Number.isNaN(seconds)) throw unreadable(right);
  mentions.times.add(seconds);
  return testOf('moment', ({ time }) => time < seconds);
}

/** Whether a packet's fields are among values: several fields together, each exactly; one field also by blocks and ranges. */
function membership(left: NftField, values: readonly NftValue[], reading: Reading): Test {
  return left.concat === undefined ? fieldTest(left, values, reading) : keyTest(left.concat, values, reading);
}

const wholeOf = (value: NftValue): NftValue =>
  typeof value === 'object' && value.elem !== undefined ? value.elem.val : value;

function fieldTest(field: NftField, values: readonly NftValue[], { mentions }: Reading): Test {
  const { part, read } = readerOf(field);
  const edges = noEdges();
  const exact = new Set<string>();
  const wide: ((value: string | Prefix) => boolean)[] = [];
  for (const value of values.map(wholeOf)) {
    const text = exactText(value, field, { mentions, edges });
    if (text === undefined) wide.push(wideTest(value, field, { mentions, edges }));
    else exact.add(text);
  }
  const matches = (packet: Packet): boolean => {
    const value = read(packet);
    return value !== undefined && (exact.has(textOf(value)) || wide.some((test) => test(value)));
  };
  return testOf(part, matches, mentioned(edges, mentions));
}

const textOf = (value: string | Prefix): string => (typeof value === 'object' ? value.text : value);

/** As the kernel does it, by a hash. Of the content, these rules look up protocol and port, and only together. */
function keyTest(fields: readonly NftField[], values: readonly NftValue[], { mentions }: Reading): Test {
  const readers = fields.map(readerOf);
  const parts = [...new Set(readers.map(({ part }) => part))];
  const edges = noEdges();
  const keys = values.map(wholeOf).map((value): Key => {
    const texts = typeof value === 'object' && value.concat !== undefined ? value.concat : [];
    if (texts.length !== fields.length) throw unreadable(value);
    const exact = texts.map((text, index) => exactText(text, fields[index] ?? {}, { mentions, edges }));
    if (exact.some((text) => text === undefined)) throw unreadable(value);
    return byPart(parts, (part) => exact.filter((_, index) => readers[index]?.part === part).join(' '));
  });
  const contents = keys.flatMap(({ content }) => content ?? []);
  if (!contents.every((content) => /^\d+ \d+$/.test(content))) throw unreadable(fields);
  mentioned(edges, mentions);
  const reader = byPart(parts, (part) => joinedReader(readers.filter((each) => each.part === part)));
  return keySetTest(keys, reader, portEdges);
}

const byPart = <Value>(parts: readonly Part[], value: (part: Part) => Value): { [P in Part]?: Value } =>
  Object.fromEntries(parts.map((part) => [part, value(part)]));

const joinedReader =
  (readers: readonly PartReader[]) =>
  (packet: Packet): string | undefined => {
    let text = '';
    for (const { read } of readers) {
      const value = read(packet);
      if (value === undefined) return undefined;
      text += text === '' ? textOf(value) : ` ${textOf(value)}`;
    }
    return text;
  };

interface Found {
  readonly mentions: GrowingMentions;
  readonly edges: GrowingEdges;
}

function exactText(value: NftValue, field: NftField, { mentions, edges }: Found): string | undefined {
  if (typeof value === 'object') return undefined;
  const name = field.payload?.field;
  const text = canonical(String(value), field);
  if (isInterface(field) && text.endsWith('*')) return undefined;
  if ((name === 'saddr' || name === 'daddr') && field.payload?.protocol !== 'ether') mentions.blocks.add(text);
  if (name === 'dport') edges.ports.add(Number(text)).add(Number(text) + 1);
  if (name === 'type') edges.icmpTypes.add(Number(text));
  if (field.meta?.key === 'l4proto') edges.protocols.add(Number(text));
  return text;
}

/** `nft -n` prints states as the bits of NF_CT_STATE_BIT in linux/netfilter/nf_conntrack_common.h. */
const STATE_BITS = new Map([
  ['1', 'invalid'],
  ['2', 'established'],
  ['4', 'related'],
  ['8', 'new'],
]);

/** Address families by the number that `nft -n` prints: AF_INET and AF_INET6. */
const NFPROTO = new Map([
  ['2', 'ipv4'],
  ['10', 'ipv6'],
]);

function canonical(text: string, { meta, ct }: NftField): string {
  if (meta?.key === 'nfproto') return NFPROTO.get(text) ?? text;
  if (meta?.key === 'l4proto') return String(PROTOCOLS.get(text) ?? text);
  return ct?.key === 'state' ? (STATE_BITS.get(text) ?? text) : text;
}

const isInterface = ({ meta }: NftField): boolean => meta?.key === 'iifname' || meta?.key === 'oifname';

function wideTest(value: NftValue, left: NftField, { mentions, edges }: Found): (value: string | Prefix) => boolean {
  if (typeof value === 'object' && value.prefix !== undefined) {
    const block = parsePrefix(`${value.prefix.addr}/${value.prefix.len}`);
    if (block === undefined) throw unreadable(value);
    mentions.blocks.add(block.text);
    return (own) => typeof own === 'object' && covers(block, own);
  }
  if (isInterface(left) && typeof value === 'string')
    return (own) => typeof own === 'string' && own.startsWith(value.slice(0, -1));
  const [first, last] = typeof value === 'object' && value.range !== undefined ? value.range.map(Number) : [];
  if (first === undefined || last === undefined || left.payload?.field !== 'dport') throw unreadable(value);
  edges.ports.add(first).add(last + 1);
  return (own) => Number(own) >= first && Number(own) <= last;
}

function readerOf(field: NftField): PartReader {
  const { meta, payload, ct } = field;
  const reader =
    payload === undefined
      ? READERS.get(meta === undefined ? `ct ${ct?.key}` : `meta ${meta.key}`)
      : payloadReader(payload.protocol, payload.field);
  if (reader === undefined) throw unreadable(field);
  return reader;
}

const reader = (name: string, part: Part, read: FieldReader): [string, PartReader] => [name, { part, read }];

const READERS: ReadonlyMap<string, PartReader> = new Map([
  reader('meta iifname', 'source', ({ inInterface }) => inInterface ?? ''),
  reader('meta oifname', 'destination', ({ outInterface }) => outInterface ?? ''),
  reader('meta l4proto', 'content', ({ protocol }) => String(protocol)),
  reader('meta nfproto', 'source', ({ from }) => (from.family === 4 ? 'ipv4' : 'ipv6')),
  reader('ct state', 'moment', ({ state }) => state),
  reader('ether saddr', 'source', ({ mac }) => mac),
  reader('ip saddr', 'source', ({ from }) => (from.family === 4 ? from : undefined)),
  reader('ip daddr', 'destination', ({ to }) => (to.family === 4 ? to : undefined)),
  reader('ip6 saddr', 'source', ({ from }) => (from.family === 6 ? from : undefined)),
  reader('ip6 daddr', 'destination', ({ to }) => (to.family === 6 ? to : undefined)),
  reader('th dport', 'content', ({ port }) => port?.toString()),
]);

function payloadReader(protocol: string, field: string): PartReader | undefined {
  const number = PROTOCOLS.get(protocol);
  if (number === undefined) return READERS.get(`${protocol} ${field}`);
  const read = CONTENT_READERS.get(field);
  return read && { part: 'content', read: (packet) => (packet.protocol === number ? read(packet) : undefined) };
}

const CONTENT_READERS: ReadonlyMap<string, FieldReader> = new Map<string, FieldReader>([
  ['dport', ({ port }) => port?.toString()],
  ['type', ({ icmpType }) => icmpType?.toString()],
]);
