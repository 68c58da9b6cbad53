import type { BackEnd } from './back-end.ts';
import { FirewallError } from './errors.ts';
import { ruleText } from './foreign-rule-text.ts';
import { type GuestSigns, isTapName, isToOthers, type Match, namesGuest, namesOf, sideOf } from './guest-matches.ts';

/** Something in a table of others that drops, rejects or diverts what our rows may have opened. */
export interface ForeignDrop {
  /**
   * `forward` stands for what comes from and goes to guests, `input` for what comes to the host, `output` for what it sends;
   * `ingress` and `egress` for all at an interface; `arp` for the questions by which the host and guests find each other.
   */
  readonly hook:
    | 'ingress'
    | 'egress'
    | 'arp'
    | 'bridge'
    | 'prerouting'
    | 'input'
    | 'forward'
    | 'output'
    | 'postrouting';
  /** `ip filter FORWARD` */
  readonly chain: string;
  /** All that the chain has not accepted before; or only what a rule of it matches. */
  readonly all: boolean;
  /** A rule of it picks guests out, by a tap or by an address of theirs. */
  readonly ofGuest: boolean;
  /** `table ip filter, chain FORWARD: policy drop` */
  readonly message: string;
}

export interface Surroundings extends GuestSigns {
  readonly backEnd: BackEnd;
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
  readonly match?: Match;
  readonly jump?: { readonly target: string };
  readonly goto?: { readonly target: string };
  readonly vmap?: { readonly key: Match['left']; readonly data: unknown };
  readonly xt?: { readonly type?: string; readonly name?: string } | null;
}

/**
 * What others' tables drop, or lead elsewhere: by a chain's policy, by a rule, at whichever hook and priority. A drop is final
 * there, whatever our rows say. A chain that accepts what comes from taps and goes to them first is none of it, nor is what is asked of other
 * interfaces only. With iptables, our chains come first in the tables that they share with others, and what they accept is not
 * asked of the rules behind them.
 *
 * @param listings what `nft -j list table ...` prints of each table that is not ours
 * @param headers what `nft list chains` prints: the JSON of some versions leaves out at which interfaces a chain is
 * @throws FirewallError `unreadable-ruleset` when it is no such text
 */
export function findForeignDrops(
  listings: readonly string[],
  around: Surroundings,
  headers = '',
): readonly ForeignDrop[] {
  const devices = readDevices(headers);
  return listings.flatMap((listing) => {
    const { nftables } = parse(listing);
    const rules = new Map<string, Rule[]>();
    for (const rule of nftables.flatMap(({ rule: each }) => (each === undefined ? [] : spreadMap(each)))) {
      const known = rules.get(rule.chain);
      if (known === undefined) rules.set(rule.chain, [rule]);
      else known.push(rule);
    }
    return nftables.flatMap(({ chain }) => (chain === undefined ? [] : dropsOf(chain, rules, around, devices)));
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

/** The interfaces that chains are at, by `netdev table chain`. */
function readDevices(headers: string): ReadonlyMap<string, readonly string[]> {
  const devices = new Map<string, readonly string[]>();
  let [table, chain] = ['', ''];
  for (const line of headers.split('\n')) {
    table = /^table (\S+ \S+) \{/.exec(line)?.[1] ?? table;
    chain = /^\s+chain (\S+) \{/.exec(line)?.[1] ?? chain;
    const [, names] = /^\s+type \w+ hook \w+ devices? (?:= \{ )?(.*?)(?: \})? priority /.exec(line) ?? [];
    if (names !== undefined) devices.set(`${table} ${chain}`, names.replaceAll('"', '').split(/,\s*/));
  }
  return devices;
}

/** A map from values to verdicts is a rule for each value. */
function spreadMap(rule: Rule): readonly Rule[] {
  const at = rule.expr.findIndex(({ vmap }) => vmap !== undefined);
  const vmap = rule.expr[at]?.vmap;
  const entries =
    typeof vmap?.data === 'object' && vmap.data !== null && 'set' in vmap.data ? vmap.data.set : undefined;
  if (vmap === undefined || !Array.isArray(entries)) return [rule];
  return entries.flatMap((entry: unknown): Rule[] => {
    if (!Array.isArray(entry)) return [];
    const match = { op: '==', left: vmap.key, right: entry[0] };
    return [{ ...rule, expr: [...rule.expr.slice(0, at), { match }, entry[1] as Statement] }];
  });
}

const HOOKS = ['ingress', 'egress', 'prerouting', 'input', 'forward', 'output', 'postrouting'] as const;

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

/** Which packets a chain sees; undefined when it is none that the kernel leads any to. */
const hookOf = ({ family, hook }: Chain): ForeignDrop['hook'] | undefined => {
  if (hook !== undefined && (family === 'arp' || family === 'bridge')) return family;
  return HOOKS.find((each) => each === hook);
};

function dropsOf(
  chain: Chain,
  rules: Walk['rules'],
  around: Surroundings,
  allDevices: ReadonlyMap<string, readonly string[]>,
): readonly ForeignDrop[] {
  const hook = hookOf(chain);
  const devices = allDevices.get(`${chain.family} ${chain.table} ${chain.name}`) ?? [];
  const atTaps = devices.some((name) => isTapName(name, around.taps));
  if (hook === undefined || (devices.length > 0 && !atTaps && !devices.includes(around.uplink))) return [];
  const walk: Walk = { rules, around, chain, hook, drops: [], accepted: new Set(), walked: new Map() };
  // Where our chains are not yet, they come first when they do.
  if (isShared(walk) && !(rules.get(chain.name) ?? []).some(leadsToOurs)) return [];
  const reachesEnd = walkChain(chain.name, {
    ...{ walk, partly: false, ofGuest: atTaps, toOthers: false },
    under: new Set(),
  });
  // What a bridge carries is no guest's, whose tap is on none: only who names a guest there means one.
  if (reachesEnd && chain.policy === 'drop' && !isShared(walk) && hook !== 'bridge')
    add(walk, { all: true, ofGuest: atTaps, what: 'policy drop' });
  const all = walk.drops.filter((drop) => drop.all);
  const ofGuests = shorten(walk.drops.filter((drop) => !drop.all && drop.ofGuest));
  return all.length + ofGuests.length > 0 ? [...all, ...ofGuests] : shorten(walk.drops);
}

/** The first stands for all. */
function shorten([first, ...more]: readonly ForeignDrop[]): readonly ForeignDrop[] {
  if (first === undefined) return [];
  return [more.length === 0 ? first : { ...first, message: `${first.message}, and ${more.length} more` }];
}

/** Whether the base chain is one that our chains of iptables stand in, first of all, and end what they accept. */
const isShared = ({ around, chain }: Walk): boolean =>
  around.backEnd === 'iptables' && chain.family !== 'inet' && chain.table === 'filter';

const leadsToOurs = ({ expr }: Rule): boolean => expr.some(({ jump }) => jump?.target.startsWith('KVM-'));

const add = (
  { chain, hook, drops }: Walk,
  { all, ofGuest, what }: { readonly all: boolean; readonly ofGuest: boolean; readonly what: string },
): void => {
  const message = `table ${chain.family} ${chain.table}, chain ${chain.name}: ${what}`;
  drops.push({ hook, chain: `${chain.family} ${chain.table} ${chain.name}`, all, ofGuest, message });
};

/** Where a packet is in a chain. */
interface Position {
  readonly walk: Walk;
  /** Only what some rule matches comes here. */
  readonly partly: boolean;
  /** A rule on the way picks guests out. */
  readonly ofGuest: boolean;
  /** Only what goes to the host, or to no guest, comes here. */
  readonly toOthers: boolean;
  /** Chains that led here. */
  readonly under: ReadonlySet<string>;
}

/** @returns whether what concerns guests may come to the end */
function walkChain(name: string, position: Position): boolean {
  const { walk, partly, ofGuest, toOthers, under } = position;
  if (under.has(name)) return true;
  const state = [name, partly, ofGuest, toOthers, ...walk.accepted].join(' ');
  const known = walk.walked.get(state);
  if (known !== undefined) return known;
  const reachesEnd = walkRules(name, position);
  walk.walked.set(state, reachesEnd);
  return reachesEnd;
}

function walkRules(name: string, position: Position): boolean {
  const inside = { ...position, under: new Set([...position.under, name]) };
  const { rules, around } = position.walk;
  for (const rule of rules.get(name) ?? []) {
    if (!mayConcern(rule, around)) continue;
    const next = walkRule(rule, inside);
    if (next !== 'next rule') return next === 'end of chain';
  }
  return true;
}

function walkRule(rule: Rule, from: Position): 'next rule' | 'end of chain' | 'decided' {
  const { around } = from.walk;
  const matches = rule.expr.flatMap(({ match }) => match ?? []);
  const partly = from.partly || rule.expr.some(isCondition);
  const position = {
    ...from,
    partly,
    ofGuest: from.ofGuest || namesGuest(matches, around),
    toOthers: from.toOthers || rule.expr.some(isAddressType) || matches.some((match) => isToOthers(match, around)),
  };
  const target = rule.expr.map(({ jump, goto }) => jump?.target ?? goto?.target).find(Boolean);
  if (target?.startsWith('KVM-')) return isShared(position.walk) ? 'decided' : 'next rule';
  if (target !== undefined) return walkChain(target, position) || partly ? 'next rule' : 'decided';
  return decide(rule, position, from.partly);
}

function decide(rule: Rule, position: Position, wasPartly: boolean): ReturnType<typeof walkRule> {
  const { walk, partly, ofGuest, toOthers } = position;
  const verdict = verdictOf(rule);
  if (verdict === 'accept') return accepts(rule, { ...position, partly: wasPartly }) ? 'decided' : 'next rule';
  if (verdict === 'return') return partly ? 'next rule' : 'end of chain';
  if (verdict === undefined) return 'next rule';
  const isOfOthers = walk.hook === 'bridge' || (verdict === 'diverts' && toOthers);
  if (isOfOthers && !ofGuest) return 'next rule';
  const what = partly ? `what a rule matches: ${ruleText(rule.expr)}` : 'all that it has not accepted';
  add(walk, { all: !partly, ofGuest, what: `${verdict} ${what}` });
  return partly ? 'next rule' : 'decided';
}

/** What ends a packet's way to where it was sent, or changes where that is. */
const ENDS = new Map([
  ['drop', 'drops'],
  ['reject', 'rejects'],
  ['REJECT', 'rejects'],
  ...['dnat', 'redirect', 'tproxy', 'fwd', 'queue', 'DNAT', 'REDIRECT', 'TPROXY', 'NETMAP', 'NFQUEUE'].map(
    (name) => [name, 'diverts'] as const,
  ),
]);

function verdictOf({ expr }: Rule): string | undefined {
  for (const statement of expr) {
    for (const verdict of ['accept', 'return']) if (verdict in statement) return verdict;
    const name = statement.xt?.type === 'target' ? statement.xt.name : Object.keys(statement)[0];
    const ends = ENDS.get(name ?? '');
    if (ends !== undefined) return ends;
  }
  return undefined;
}

/** `-m addrtype` of iptables, by which others ask whether a packet is for the host. */
const isAddressType = ({ xt }: Statement): boolean => xt?.type === 'match' && xt.name === 'addrtype';

const isComment = ({ xt }: Statement): boolean => xt?.type === 'match' && xt.name === 'comment';

/** A statement that not all packets match. */
const isCondition = (statement: Statement): boolean =>
  statement.match !== undefined ||
  statement.vmap !== undefined ||
  'limit' in statement ||
  (statement.xt !== undefined && statement.xt?.type !== 'target' && !isComment(statement));

/** Not a rule of other interfaces alone, and none of packets that belong to no connection. */
function mayConcern({ expr }: Rule, { taps, uplink }: Surroundings): boolean {
  return expr.every((statement) => {
    const { match } = statement;
    if (match?.left.ct?.key === 'state' && match.op !== '!=') return !isOnlyInvalid(match.right);
    if (sideOf(match) === undefined || match?.op !== '==') return true;
    const names = namesOf(match.right);
    return names.length === 0 || names.some((name) => name === uplink || isTapName(name, taps));
  });
}

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
  const side = sideOf(only.match);
  const isOfTaps = only.match?.op === '==' && namesOf(only.match.right).includes(`${around.taps}*`);
  if (more.length > 0 || side === undefined || !isOfTaps) return false;
  accepted.add(side);
  return hook === 'forward' && accepted.size === 2;
}
