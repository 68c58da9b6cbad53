import { type Flow, flowIsOf, flowText } from './flows.ts';
import { type AddressFamily, isSingle, type Prefix } from './prefix.ts';
import { hasPorts } from './protocols.ts';
import type { ResolvedPolicy, ResolvedRow, RowScope } from './resolved.ts';

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
  readonly scope: RowScope;
  readonly from: AddressMatch;
  readonly to: AddressMatch;
  /** `key` when protocol and port are part of the key. */
  readonly service: Flow | 'key';
  /** By key as nft writes it, `172.16.65.1 . 192.168.100.5 . 6 . 25`; empty when the rule has none. */
  readonly elements: ReadonlyMap<string, KeyElement>;
  /** At least one; all with the same action. With a log, a limit or an expiry, exactly one. */
  readonly rows: readonly ResolvedRow[];
}

type GrowingRule = Omit<CompiledRule, 'elements' | 'rows'> & {
  readonly elements: Map<string, KeyElement>;
  readonly rows: ResolvedRow[];
};

/**
 * Pairs of addresses are written out as long as there are no more than this for each address; then the longer side becomes a
 * set of its own, so that rulesets grow no faster than zones do.
 */
const MOST_PAIRS_EACH = 2;

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
  const runs = new Map<string, GrowingRule[]>();
  const sidesOf = sideReader(family);
  let run = '';
  for (const row of rows) {
    const { scope } = row;
    if (scope === 'none') continue;
    if (!isPlain(row)) run = `row ${row.index}`;
    else if (!run.startsWith(row.action)) run = `${row.action} ${row.index}`;
    const flows = row.flows.filter((flow) => flowIsOf(flow, family));
    const ruleOf: RuleFinder = (from, to, service) => {
      const known = rules.size;
      const rule = findRule(rules, { run, from, to, service, family, scope }, row);
      if (rules.size > known) runs.set(run, [...(runs.get(run) ?? []), rule]);
      return rule;
    };
    for (const from of sidesOf(row.from)) for (const to of sidesOf(row.to)) addRow(ruleOf, { from, to, flows, row });
  }
  return [...runs.values()].flatMap((group) => group.sort((a, b) => SCOPES.indexOf(a.scope) - SCOPES.indexOf(b.scope)));
}

/** Rules of one run may change places, as all do the same: those of one scope stand together. */
const SCOPES: readonly RowScope[] = ['any', 'input', 'output'];

/** Rules next to each other that are asked of the same packets: a chain of their own. */
export interface RuleSegment {
  readonly scope: RowScope;
  readonly rules: readonly CompiledRule[];
}

/** {@link compileRows} cut where the scope changes. There is always a first one. */
export function segmentsOf(policy: ResolvedPolicy, family: AddressFamily): readonly RuleSegment[] {
  const segments: { scope: RowScope; rules: CompiledRule[] }[] = [];
  for (const rule of compileRows(policy, family)) {
    const last = segments.at(-1);
    if (last?.scope === rule.scope) last.rules.push(rule);
    else segments.push({ scope: rule.scope, rules: [rule] });
  }
  return segments.length === 0 ? [{ scope: 'any', rules: [] }] : segments;
}

/** Whether what passes a hook is asked by rules of a scope. */
export const isAsked = (scope: RowScope, hook: 'input' | 'forward' | 'output'): boolean =>
  scope === 'any' || scope === hook;

type RuleFinder = (from: AddressMatch, to: AddressMatch, service: CompiledRule['service']) => GrowingRule;

function findRule(
  rules: Map<string, GrowingRule>,
  { run, ...matches }: Pick<CompiledRule, 'family' | 'scope' | 'from' | 'to' | 'service'> & { readonly run: string },
  row: ResolvedRow,
): GrowingRule {
  const { from, to, service, scope } = matches;
  const id = `${run}|${scope}|${matchText(from)}|${matchText(to)}|${service === 'key' ? 'key' : flowText(service)}`;
  const known = rules.get(id);
  const rule: GrowingRule = known ?? { ...matches, elements: new Map(), rows: [] };
  if (known === undefined) rules.set(id, rule);
  if (rule.rows.at(-1) !== row) rule.rows.push(row);
  return rule;
}

/** Distinct for distinct matches. */
export const matchText = (match: AddressMatch): string => {
  if (match.kind === 'block') return match.block.text;
  return match.kind === 'set' ? match.members.map(({ text }) => text).join() : match.kind;
};

/** Single addresses together, or one block. */
interface Side {
  readonly singles?: readonly Prefix[];
  /** How a rule looks at it when it is no part of the key. */
  readonly outside: AddressMatch;
}

const KEY: AddressMatch = { kind: 'key' };
const NOTHING = [undefined] as const;

/** Many rows have the same zone, which is read once. */
function sideReader(family: AddressFamily): (zone: readonly Prefix[]) => readonly Side[] {
  const known = new Map<readonly Prefix[], readonly Side[]>();
  return (zone) => {
    const sides = known.get(zone) ?? sidesOf(zone, family);
    known.set(zone, sides);
    return sides;
  };
}

function sidesOf(zone: readonly Prefix[], family: AddressFamily): Side[] {
  const own = zone.filter((prefix) => prefix.family === family);
  const singles = own.filter(isSingle);
  const blocks = own
    .filter((prefix) => !isSingle(prefix))
    .map((block): Side => ({ outside: block.length === 0 ? { kind: 'any' } : { kind: 'block', block } }));
  const [only, ...more] = singles;
  if (only === undefined) return blocks;
  return [
    { singles, outside: more.length === 0 ? { kind: 'block', block: only } : { kind: 'set', members: singles } },
    ...blocks,
  ];
}

interface Part {
  readonly from: Side;
  readonly to: Side;
  readonly flows: readonly Flow[];
  readonly row: ResolvedRow;
}

const isOnePort = ({ protocol, ports }: Flow): boolean =>
  protocol !== undefined && hasPorts(protocol) && ports !== undefined && ports.first === ports.last;

function addRow(ruleOf: RuleFinder, { from, to, flows, row }: Part): void {
  const isPlainPair = from.singles === undefined && to.singles === undefined;
  const keyed = isPlainPair ? [] : flows.filter(isOnePort);
  if (keyed.length > 0) addKeyed(ruleOf, { from, to, flows: keyed, row });
  const toMatch = to.singles === undefined ? to.outside : KEY;
  for (const flow of flows) {
    if (!isPlainPair && isOnePort(flow)) continue;
    const rule = ruleOf(from.outside, toMatch, flow);
    for (const address of to.singles ?? []) addElement(rule, { from: undefined, to: address, flow: undefined, row });
  }
}

const lengthOf = ({ singles }: Side): number => singles?.length ?? 0;

function addKeyed(ruleOf: RuleFinder, { from, to, flows, row }: Part): void {
  const isShorter = (side: Side, other: Side): boolean => lengthOf(side) < lengthOf(other);
  const tooMany = lengthOf(from) * lengthOf(to) > MOST_PAIRS_EACH * (lengthOf(from) + lengthOf(to));
  const fromKey = tooMany && !isShorter(from, to) ? undefined : from.singles;
  const toKey = tooMany && isShorter(from, to) ? undefined : to.singles;
  const rule = ruleOf(fromKey ? KEY : from.outside, toKey ? KEY : to.outside, 'key');
  for (const source of fromKey ?? NOTHING)
    for (const destination of toKey ?? NOTHING)
      for (const flow of flows) addElement(rule, { from: source, to: destination, flow, row });
}

function addElement({ elements }: GrowingRule, element: KeyElement): void {
  const { from, to, flow } = element;
  const ends = from === undefined || to === undefined ? `${(from ?? to)?.text}` : `${from.text} . ${to.text}`;
  const key = flow === undefined ? ends : `${ends} . ${flow.protocol} . ${flow.ports?.first}`;
  if (!elements.has(key)) elements.set(key, element);
}
