import type { BackEnd } from './back-end.ts';
import { FirewallError } from './errors.ts';
import { isGuestTap } from './guest-networks.ts';

/** Something in a table of others that drops or rejects what our rows may have opened. */
export interface ForeignDrop {
  /** `forward` stands for what comes from and goes to guests, `input` for what comes to the host, `output` for what it sends. */
  readonly hook: 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting';
  /** `ip filter FORWARD` */
  readonly chain: string;
  /** All that the chain has not accepted before; or only what a rule of it matches. */
  readonly all: boolean;
  /** `table ip filter, chain FORWARD: policy drop` */
  readonly message: string;
}

export interface Surroundings {
  readonly backEnd: BackEnd;
  /** What taps' names begin with: `tun`. */
  readonly taps: string;
  /** `eth0` */
  readonly uplink: string;
}

interface Listing {
  readonly nftables: readonly { readonly chain?: Chain; readonly rule?: Rule }[];
}

interface Chain {
  readonly family: string;
  readonly table: string;
  readonly name: string;
  readonly type?: string;
  readonly hook?: string;
  readonly prio?: number;
  readonly policy?: string;
}

interface Rule {
  readonly family: string;
  readonly table: string;
  readonly chain: string;
  readonly comment?: string;
  readonly expr: readonly Statement[];
}

interface Statement {
  readonly match?: { readonly op: string; readonly left: Left; readonly right: unknown };
  readonly jump?: { readonly target: string };
  readonly goto?: { readonly target: string };
  readonly vmap?: { readonly key: Left; readonly data: unknown };
  readonly xt?: { readonly type?: string; readonly name?: string } | null;
}

type Left = { readonly meta?: { readonly key: string }; readonly ct?: { readonly key: string } };

/**
 * What others' tables drop: by a chain's policy, by a rule, at whichever hook and priority. A drop is final there, whatever our
 * rows say. A chain that accepts what comes from taps and goes to them first is none of it, nor is what is asked of other
 * interfaces only. With iptables, our chains come first in the tables that they share with others, and what they accept is not
 * asked of the rules behind them.
 *
 * @param listings what `nft -j list table ...` prints of each table that is not ours
 * @throws FirewallError `unreadable-ruleset` when it is no such text
 */
export function findForeignDrops(listings: readonly string[], around: Surroundings): readonly ForeignDrop[] {
  return listings.flatMap((listing) => {
    const { nftables } = parse(listing);
    const rules = new Map<string, Rule[]>();
    for (const { rule } of nftables) {
      if (rule === undefined) continue;
      const known = rules.get(rule.chain);
      if (known === undefined) rules.set(rule.chain, [rule]);
      else known.push(rule);
    }
    return nftables.flatMap(({ chain }) => (chain === undefined ? [] : dropsOf(chain, rules, around)));
  });
}

function parse(listing: string): Listing {
  try {
    const parsed = JSON.parse(listing) as Listing;
    if (Array.isArray(parsed.nftables)) return parsed;
  } catch (cause) {
    throw new FirewallError('unreadable-ruleset', 'this is not what `nft -j list table` prints', { cause });
  }
  throw new FirewallError('unreadable-ruleset', 'this is not what `nft -j list table` prints');
}

const HOOKS = ['prerouting', 'input', 'forward', 'output', 'postrouting'] as const;

/** One way through the rules of a base chain. */
interface Walk {
  readonly rules: ReadonlyMap<string, readonly Rule[]>;
  readonly around: Surroundings;
  readonly chain: Chain;
  readonly hook: ForeignDrop['hook'];
  readonly drops: ForeignDrop[];
  /** Sides by which all that concerns guests is accepted already. */
  readonly accepted: Set<'iifname' | 'oifname'>;
  /** What came of each chain, in each state in which it was come to: many rules may lead to one, and from there to the next. */
  readonly walked: Map<string, boolean>;
}

function dropsOf(chain: Chain, rules: Walk['rules'], around: Surroundings): ForeignDrop[] {
  const hook = HOOKS.find((each) => each === chain.hook);
  if (hook === undefined || !['ip', 'ip6', 'inet'].includes(chain.family)) return [];
  const walk: Walk = { rules, around, chain, hook, drops: [], accepted: new Set(), walked: new Map() };
  // Where our chains are not yet, they come first when they do.
  if (isShared(walk) && !(rules.get(chain.name) ?? []).some(leadsToOurs)) return [];
  const reachesEnd = walkChain(chain.name, { walk, partly: false, under: new Set() });
  if (reachesEnd && chain.policy === 'drop' && !isShared(walk)) add(walk, true, 'policy drop');
  const all = walk.drops.filter((drop) => drop.all);
  const [first, ...more] = walk.drops;
  if (all.length > 0 || first === undefined || more.length === 0) return all.length > 0 ? all : walk.drops;
  return [{ ...first, message: `${first.message}, and ${more.length} more` }];
}

/** Whether the base chain is one that our chains of iptables stand in, first of all, and end what they accept. */
const isShared = ({ around, chain }: Walk): boolean =>
  around.backEnd === 'iptables' && chain.family !== 'inet' && chain.table === 'filter';

const leadsToOurs = ({ expr }: Rule): boolean => expr.some(({ jump }) => jump?.target.startsWith('KVM-'));

const add = ({ chain, hook, drops }: Walk, all: boolean, what: string): void => {
  const message = `table ${chain.family} ${chain.table}, chain ${chain.name}: ${what}`;
  drops.push({ hook, chain: `${chain.family} ${chain.table} ${chain.name}`, all, message });
};

/** Where a packet is in a chain. */
interface Position {
  readonly walk: Walk;
  /** Only what some rule matches comes here. */
  readonly partly: boolean;
  /** Chains that led here. */
  readonly under: ReadonlySet<string>;
}

/** @returns whether what concerns guests may come to the end */
function walkChain(name: string, { walk, partly, under }: Position): boolean {
  if (under.has(name)) return true;
  const state = [name, partly, ...walk.accepted].join(' ');
  const known = walk.walked.get(state);
  if (known !== undefined) return known;
  const reachesEnd = walkRules(name, { walk, partly, under });
  walk.walked.set(state, reachesEnd);
  return reachesEnd;
}

function walkRules(name: string, { walk, partly, under }: Position): boolean {
  const position = { walk, partly, under: new Set([...under, name]) };
  for (const rule of walk.rules.get(name) ?? []) {
    if (!mayConcern(rule, walk.around)) continue;
    const next = walkRule(rule, position);
    if (next !== 'next rule') return next === 'end of chain';
  }
  return true;
}

function walkRule(rule: Rule, position: Position): 'next rule' | 'end of chain' | 'decided' {
  const partly = position.partly || rule.expr.some(isCondition);
  const target = rule.expr.map(({ jump, goto }) => jump?.target ?? goto?.target).find(Boolean);
  if (target?.startsWith('KVM-')) return isShared(position.walk) ? 'decided' : 'next rule';
  if (target !== undefined) return walkChain(target, { ...position, partly }) || partly ? 'next rule' : 'decided';
  return decide(rule, position, partly);
}

function decide(rule: Rule, position: Position, partly: boolean): ReturnType<typeof walkRule> {
  const verdict = verdictOf(rule);
  if (verdict === 'accept') return accepts(rule, position) ? 'decided' : 'next rule';
  if (verdict === 'return') return partly ? 'next rule' : 'end of chain';
  if (verdict === undefined) return 'next rule';
  add(position.walk, !partly, `${verdict}s ${partly ? 'what a rule matches' : 'all that it has not accepted'}`);
  return partly ? 'next rule' : 'decided';
}

function verdictOf({ expr }: Rule): 'accept' | 'drop' | 'reject' | 'return' | undefined {
  for (const statement of expr) {
    for (const verdict of ['accept', 'drop', 'reject', 'return'] as const) if (verdict in statement) return verdict;
    if (statement.xt?.type === 'target' && statement.xt.name === 'REJECT') return 'reject';
    if (statement.vmap !== undefined && /"drop": *null/.test(JSON.stringify(statement.vmap.data))) return 'drop';
  }
  return undefined;
}

const isComment = ({ xt }: Statement): boolean => xt?.type === 'match' && xt.name === 'comment';

/** A statement that not all packets match. */
const isCondition = (statement: Statement): boolean =>
  statement.match !== undefined ||
  statement.vmap !== undefined ||
  'limit' in statement ||
  (statement.xt !== undefined && statement.xt?.type !== 'target' && !isComment(statement));

const sideOf = ({ match }: Statement): 'iifname' | 'oifname' | undefined => {
  const key = match?.left.meta?.key;
  return key === 'iifname' || key === 'oifname' ? key : undefined;
};

/** Names as they stand on the right: one, or some. */
const namesOf = (right: unknown): string[] => {
  const set = typeof right === 'object' && right !== null && 'set' in right ? right.set : right;
  return (Array.isArray(set) ? set : [set]).flatMap((name) => (typeof name === 'string' ? [name] : []));
};

/** Not a rule of other interfaces alone, and none of packets that belong to no connection. */
function mayConcern({ expr }: Rule, { taps, uplink }: Surroundings): boolean {
  return expr.every((statement) => {
    const { match } = statement;
    if (match?.left.ct?.key === 'state' && match.op !== '!=') return !isOnlyInvalid(match.right);
    if (sideOf(statement) === undefined || match?.op !== '==') return true;
    const names = namesOf(match.right);
    return (
      names.length === 0 ||
      names.some((name) => name === uplink || isGuestTap(taps, name) || (name.endsWith('*') && meetsTaps(name, taps)))
    );
  });
}

const meetsTaps = (pattern: string, taps: string): boolean => {
  const start = pattern.slice(0, -1);
  return start.startsWith(taps) || taps.startsWith(start);
};

const isOnlyInvalid = (right: unknown): boolean => {
  const states = namesOf(right);
  return states.length > 0 && states.every((state) => state === 'invalid');
};

/** Whether, with this rule, all is accepted that concerns guests. */
function accepts({ expr }: Rule, { walk: { accepted, around, hook }, partly }: Position): boolean {
  if (partly) return false;
  const conditions = expr.filter(isCondition);
  const [only, ...more] = conditions;
  if (only === undefined) return true;
  const side = sideOf(only);
  const isOfTaps = only.match?.op === '==' && namesOf(only.match.right).includes(`${around.taps}*`);
  if (more.length > 0 || side === undefined || !isOfTaps) return false;
  accepted.add(side);
  return hook === 'forward' && accepted.size === 2;
}
