import { type Flow, flowIsOf, flowText } from './flows.ts';
import { type AddressFamily, isSingle, type Prefix } from './prefix.ts';
import { hasPorts } from './protocols.ts';
import type { ResolvedPolicy, ResolvedRow } from './resolved.ts';

/** How a rule looks at one side of a packet. */
export type AddressMatch =
  | { readonly kind: 'any' }
  | { readonly kind: 'block'; readonly block: Prefix }
  | { readonly kind: 'set'; readonly members: readonly Prefix[] }
  /** It is part of the key that the rule looks up in its elements. */
  | { readonly kind: 'key' };

/** What a rule looks up: the parts that its matches leave to the key. */
export interface KeyElement {
  readonly from: Prefix | undefined;
  readonly to: Prefix | undefined;
  readonly flow: Flow | undefined;
  /** The row that the element comes from. */
  readonly row: ResolvedRow;
}

/**
 * One rule of a ruleset. Rows next to each other with the same action share a rule when they look at the same parts of a
 * packet, so that the number of rules does not grow with the number of guests.
 */
export interface CompiledRule {
  readonly family: AddressFamily;
  readonly from: AddressMatch;
  readonly to: AddressMatch;
  /** `key` when protocol and port are part of the key. */
  readonly service: Flow | 'key';
  /** By key; empty when the rule has none. */
  readonly elements: ReadonlyMap<string, KeyElement>;
  /** At least one; all with the same action. With a log, a limit or an expiry, exactly one. */
  readonly rows: readonly ResolvedRow[];
}

type GrowingRule = Omit<CompiledRule, 'elements' | 'rows'> & {
  readonly elements: Map<string, KeyElement>;
  readonly rows: ResolvedRow[];
};

/** More pairs of addresses than this are not written out: the longer side becomes a set of its own. */
const MOST_PAIRS = 4096;

const isPlain = ({ log, limit, until }: ResolvedRow): boolean => !log && limit === undefined && until === undefined;

const compiled = new WeakMap<ResolvedPolicy, Map<AddressFamily, readonly CompiledRule[]>>();

/** The rules of one family, in their order: the first that matches a packet decides. Compiled once for each policy. */
export function compileRows(policy: ResolvedPolicy, family: AddressFamily): readonly CompiledRule[] {
  const known = compiled.get(policy) ?? new Map<AddressFamily, readonly CompiledRule[]>();
  const rules = known.get(family) ?? compileFamily(policy, family);
  compiled.set(policy, known.set(family, rules));
  return rules;
}

function compileFamily({ rows }: ResolvedPolicy, family: AddressFamily): readonly CompiledRule[] {
  const rules = new Map<string, GrowingRule>();
  let run = '';
  for (const row of rows) {
    if (!isPlain(row)) run = `row ${row.index}`;
    else if (!run.startsWith(row.action)) run = `${row.action} ${row.index}`;
    for (const part of partsOf(row, family)) addPart(rules, run, { ...part, family }, row);
  }
  return [...rules.values()];
}

function addPart(
  rules: Map<string, GrowingRule>,
  run: string,
  part: Part & { readonly family: AddressFamily },
  row: ResolvedRow,
): void {
  const service = part.service === 'key' ? 'key' : flowText(part.service);
  const id = `${run}|${matchText(part.from)}|${matchText(part.to)}|${service}`;
  const rule: GrowingRule = rules.get(id) ?? { ...part, elements: new Map(), rows: [] };
  rules.set(id, rule);
  if (rule.rows.at(-1) !== row) rule.rows.push(row);
  for (const element of part.elements) {
    const { from, to, flow } = element;
    const key = `${from?.text} ${to?.text} ${flow?.protocol} ${flow?.ports?.first}`;
    if (!rule.elements.has(key)) rule.elements.set(key, element);
  }
}

/** Distinct for distinct matches. */
export const matchText = (match: AddressMatch): string => {
  if (match.kind === 'block') return match.block.text;
  return match.kind === 'set' ? match.members.map(({ text }) => text).join() : match.kind;
};

type Part = Omit<CompiledRule, 'family' | 'rows' | 'elements'> & { readonly elements: readonly KeyElement[] };
/** Single addresses together, or one block. */
type Side = { readonly singles: readonly Prefix[] } | { readonly block: Prefix };

function partsOf(row: ResolvedRow, family: AddressFamily): Part[] {
  const flows = row.flows.filter((flow) => flowIsOf(flow, family));
  const keyed = flows.filter(isOnePort);
  const inline = flows.filter((flow) => !isOnePort(flow));
  return sidesOf(row.from, family).flatMap((from) =>
    sidesOf(row.to, family).flatMap((to) => {
      const plain = 'block' in from && 'block' in to;
      return [
        ...(plain || keyed.length === 0 ? [] : [keyedPart(from, to, keyed, row)]),
        ...(plain ? flows : inline).map((flow) => inlinePart(from, to, flow, row)),
      ];
    }),
  );
}

const isOnePort = ({ protocol, ports }: Flow): boolean =>
  protocol !== undefined && hasPorts(protocol) && ports !== undefined && ports.first === ports.last;

function sidesOf(zone: readonly Prefix[], family: AddressFamily): Side[] {
  const own = zone.filter((prefix) => prefix.family === family);
  const singles = own.filter(isSingle);
  const blocks = own.filter((prefix) => !isSingle(prefix)).map((block) => ({ block }));
  return singles.length === 0 ? blocks : [{ singles }, ...blocks];
}

function keyedPart(from: Side, to: Side, flows: readonly Flow[], row: ResolvedRow): Part {
  const tooMany = 'singles' in from && 'singles' in to && from.singles.length * to.singles.length > MOST_PAIRS;
  const setIsFrom = tooMany && from.singles.length >= to.singles.length;
  const fromMatch = setIsFrom ? outsideKey(from) : keyOr(from);
  const toMatch = tooMany && !setIsFrom ? outsideKey(to) : keyOr(to);
  return {
    from: fromMatch,
    to: toMatch,
    service: 'key',
    elements: elementsOf(keysOf(from, fromMatch), keysOf(to, toMatch), flows, row),
  };
}

function inlinePart(from: Side, to: Side, flow: Flow, row: ResolvedRow): Part {
  const toMatch = keyOr(to);
  const keys = keysOf(to, toMatch);
  return {
    from: outsideKey(from),
    to: toMatch,
    service: flow,
    elements: toMatch.kind === 'key' ? elementsOf([undefined], keys, [undefined], row) : [],
  };
}

const keyOr = (side: Side): AddressMatch => ('singles' in side ? { kind: 'key' } : outsideKey(side));

function outsideKey(side: Side): AddressMatch {
  if ('block' in side) return side.block.length === 0 ? { kind: 'any' } : { kind: 'block', block: side.block };
  const [only, ...more] = side.singles;
  return only !== undefined && more.length === 0
    ? { kind: 'block', block: only }
    : { kind: 'set', members: side.singles };
}

const keysOf = (side: Side, match: AddressMatch): readonly (Prefix | undefined)[] =>
  match.kind === 'key' && 'singles' in side ? side.singles : [undefined];

function elementsOf(
  from: readonly (Prefix | undefined)[],
  to: readonly (Prefix | undefined)[],
  flows: readonly (Flow | undefined)[],
  row: ResolvedRow,
): KeyElement[] {
  const elements: KeyElement[] = [];
  for (const source of from)
    for (const destination of to) for (const flow of flows) elements.push({ from: source, to: destination, flow, row });
  return elements;
}
