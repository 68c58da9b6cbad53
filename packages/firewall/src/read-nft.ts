import { FirewallError } from './errors.ts';
import type { NftEntry, NftField, NftListing, NftStatement, NftValue } from './nft-listing.ts';
import type { Packet } from './packet.ts';
import { covers, type Prefix, parsePrefix } from './prefix.ts';
import { PROTOCOLS } from './protocols.ts';
import { type ChainRule, type GrowingMentions, hooksOf, noMentions, type Ruleset, runChain } from './ruleset.ts';

/** A packet's value in one field, as the listing writes it; undefined when the packet has no such field. */
type FieldReader = (packet: Packet) => string | Prefix | undefined;

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
  const chains = new Map<string, ChainRule[]>();
  for (const { rule } of nftables) {
    if (rule === undefined || translated.has(rule.chain)) continue;
    const rules = chains.get(rule.chain) ?? [];
    chains.set(rule.chain, rules);
    rules.push(readRule(rule, { sets, mentions }));
  }
  return {
    backEnd: 'nft',
    mentions,
    decide(packet) {
      for (const hook of hooksOf(packet)) {
        for (const { name } of bases.filter((chain) => chain.hook === hook)) {
          const verdict = runChain(chains, name, packet);
          if (verdict !== undefined && verdict.action !== 'accept') return verdict;
          if (verdict !== undefined && hook !== 'prerouting') return verdict;
        }
      }
      return { action: 'accept', rule: '' };
    },
  };
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

function readRule({ expr, comment = '' }: NonNullable<NftEntry['rule']>, reading: Reading): ChainRule {
  const tests = expr.flatMap((statement) => readTest(statement, reading));
  return { matches: (packet) => tests.every((test) => test(packet)), outcome: outcomeOf(expr), comment };
}

function outcomeOf(statements: readonly NftStatement[]): ChainRule['outcome'] {
  for (const { jump, goto, ...verdict } of statements) {
    if (jump !== undefined) return { jump: jump.target };
    if (goto !== undefined) return { goto: goto.target };
    for (const action of ['accept', 'drop', 'reject', 'return'] as const) if (action in verdict) return action;
  }
  return 'continue';
}

/** A rate that a set keeps is, like any, taken to be below its limit. */
const WITHOUT_TEST = ['mangle', 'set', 'limit', 'log', 'accept', 'drop', 'reject', 'return', 'jump', 'goto'];

function readTest(statement: NftStatement, reading: Reading): ((packet: Packet) => boolean)[] {
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

function matchTest(
  { op, left, right }: NonNullable<NftStatement['match']>,
  reading: Reading,
): (packet: Packet) => boolean {
  if (op === '<' && left.meta?.key === 'time') return timeTest(isList(right) ? '' : right, reading);
  const values = valuesOf(right, reading);
  const test = membership(left, values, reading);
  if (op === '==' || op === 'in') return test;
  if (op === '!=') return (packet) => !test(packet);
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

function timeTest(right: NftValue, { mentions }: Reading): (packet: Packet) => boolean {
  const seconds = typeof right === 'number' ? right : Date.parse(`${String(right).replace(' ', 'T')}Z`) / 1000;
  if (Number.isNaN(seconds)) throw unreadable(right);
  mentions.times.add(seconds);
  return ({ time }) => time < seconds;
}

/** Whether a packet's fields are among values: exact ones by a hash, as the kernel does, blocks and ranges one by one. */
function membership(left: NftField, values: readonly NftValue[], reading: Reading): (packet: Packet) => boolean {
  const fields = left.concat ?? [left];
  const readers = fields.map(readerOf);
  const exact = new Set<string>();
  const wide: ((value: string | Prefix) => boolean)[] = [];
  for (const value of values) {
    const whole = typeof value === 'object' && value.elem !== undefined ? value.elem.val : value;
    const parts = typeof whole === 'object' && whole.concat !== undefined ? whole.concat : [whole];
    if (parts.length !== fields.length) throw unreadable(value);
    const texts = parts.map((part, index) => exactText(part, fields[index] ?? {}, reading));
    if (texts.every((text) => text !== undefined)) exact.add(texts.map((text) => ` ${text}`).join(''));
    else if (parts.length === 1) wide.push(wideTest(whole, left, reading));
    else throw unreadable(value);
  }
  return (packet) => {
    let key = '';
    let value: ReturnType<FieldReader>;
    for (const reader of readers) {
      value = reader(packet);
      if (value === undefined) return false;
      key += ` ${typeof value === 'object' ? value.text : value}`;
    }
    // Where there are blocks and ranges, there is one field.
    return exact.has(key) || (value !== undefined && wide.some((test) => test(value)));
  };
}

function exactText(value: NftValue, field: NftField, { mentions }: Reading): string | undefined {
  if (typeof value === 'object') return undefined;
  const name = field.payload?.field;
  const text = canonical(String(value), field);
  if (isInterface(field) && text.endsWith('*')) return undefined;
  if ((name === 'saddr' || name === 'daddr') && field.payload?.protocol !== 'ether') mentions.blocks.add(text);
  if (name === 'dport') for (const port of [Number(text), Number(text) + 1]) mentions.ports.add(port);
  if (name === 'type') mentions.icmpTypes.add(Number(text));
  if (field.meta?.key === 'l4proto') mentions.protocols.add(Number(text));
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

function wideTest(value: NftValue, left: NftField, { mentions }: Reading): (value: string | Prefix) => boolean {
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
  for (const port of [first, last + 1]) mentions.ports.add(port);
  return (own) => Number(own) >= first && Number(own) <= last;
}

function readerOf(field: NftField): FieldReader {
  const { meta, payload, ct } = field;
  const reader =
    payload === undefined
      ? PLAIN_READERS.get(meta === undefined ? `ct ${ct?.key}` : `meta ${meta.key}`)
      : payloadReader(payload.protocol, payload.field);
  if (reader === undefined) throw unreadable(field);
  return reader;
}

const PLAIN_READERS: ReadonlyMap<string, FieldReader> = new Map<string, FieldReader>([
  ['meta iifname', ({ inInterface }) => inInterface ?? ''],
  ['meta oifname', ({ outInterface }) => outInterface ?? ''],
  ['meta l4proto', ({ protocol }) => String(protocol)],
  ['meta nfproto', ({ from }) => (from.family === 4 ? 'ipv4' : 'ipv6')],
  ['ct state', ({ state }) => state],
  ['ether saddr', ({ mac }) => mac],
  ['ip saddr', ({ from }) => (from.family === 4 ? from : undefined)],
  ['ip daddr', ({ to }) => (to.family === 4 ? to : undefined)],
  ['ip6 saddr', ({ from }) => (from.family === 6 ? from : undefined)],
  ['ip6 daddr', ({ to }) => (to.family === 6 ? to : undefined)],
  ['th dport', ({ port }) => port?.toString()],
]);

function payloadReader(protocol: string, field: string): FieldReader | undefined {
  const number = PROTOCOLS.get(protocol);
  if (number === undefined) return PLAIN_READERS.get(`${protocol} ${field}`);
  if (field === 'dport') return (packet) => (packet.protocol === number ? packet.port?.toString() : undefined);
  if (field === 'type') return (packet) => (packet.protocol === number ? packet.icmpType?.toString() : undefined);
  return undefined;
}
