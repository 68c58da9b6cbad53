import { type AddressMatch, type CompiledRule, compileRows, type KeyElement, matchText } from './compile.ts';
import { contentName } from './label.ts';
import type { AddressFamily, Prefix } from './prefix.ts';
import { protocolName } from './protocols.ts';
import { numbered, readIpset, type SavedSet } from './read-ipset.ts';
import type { ResolvedPolicy } from './resolved.ts';

/**
 * A set of exact keys for iptables. Its name depends on what it is for and on its content: a set that is there already is the
 * right one, and one that is there for the same and holds something else has counts to be taken over.
 */
export interface Ipset {
  /** `kvm4-` or `kvm6-`, ten characters for what it is for, and 14 for its content. */
  readonly name: string;
  readonly type: 'hash:ip' | 'hash:ip,port' | 'hash:ip,port,ip';
  readonly family: AddressFamily;
  /** As ipset(8) writes them: `172.16.65.1,tcp:22`. */
  readonly elements: readonly string[];
}

/** A reference to a set from a rule: `--match-set NAME src,dst,dst`. */
export interface SetMatch {
  readonly set: Ipset;
  readonly flags: string;
}

function ipset(type: Ipset['type'], family: AddressFamily, elements: readonly string[], use = 'addresses'): Ipset {
  const content = contentName(`${type} ${elements.join(' ')}`);
  return { name: `kvm${family}-${contentName(use).slice(0, 10)}-${content}`, type, family, elements };
}

const addressSet = (members: readonly Prefix[], family: AddressFamily): Ipset =>
  ipset(
    'hash:ip',
    family,
    members.map(({ text }) => text),
  );

/** The addresses of all guests. */
export const guestSet = ({ guests }: ResolvedPolicy, family: AddressFamily): Ipset =>
  addressSet(
    guests.flatMap(({ addresses }) => addresses).filter((each) => each.family === family),
    family,
  );

/** The sets that a rule looks into, with the parts of a packet it looks up. */
export function setMatches(rule: CompiledRule): readonly SetMatch[] {
  return [...sideMatch(rule.from, 'src', rule.family), ...sideMatch(rule.to, 'dst', rule.family), ...keyMatch(rule)];
}

const sideMatch = (match: AddressMatch, flags: string, family: AddressFamily): SetMatch[] =>
  match.kind === 'set' ? [{ set: addressSet(match.members, family), flags }] : [];

function keyMatch(rule: CompiledRule): SetMatch[] {
  const { from, to, service, elements, family } = rule;
  if (elements.size === 0) return [];
  const texts = [...elements.values()].map(elementText);
  const use = `${matchText(from)} ${matchText(to)} ${rule.rows[0]?.id}`;
  const hasFrom = from.kind === 'key';
  const hasTo = to.kind === 'key';
  if (service !== 'key') return [{ set: ipset('hash:ip', family, texts, use), flags: 'dst' }];
  if (hasFrom && hasTo) return [{ set: ipset('hash:ip,port,ip', family, texts, use), flags: 'src,dst,dst' }];
  return [{ set: ipset('hash:ip,port', family, texts, use), flags: hasFrom ? 'src,dst' : 'dst,dst' }];
}

/** `172.16.65.1,tcp:22,192.168.100.5`: the parts that there are, the port second. */
export function elementText({ from, to, flow }: KeyElement): string {
  const port = flow?.protocol === undefined ? '' : `,${protocolName(flow.protocol)}:${flow.ports?.first}`;
  const last = from === undefined || to === undefined ? '' : `,${to.text}`;
  return `${(from ?? to)?.text}${port}${last}`;
}

/** All sets of a policy, each once. */
function ipsetsOf(policy: ResolvedPolicy): readonly Ipset[] {
  const sets = ([4, 6] as const).flatMap((family) => [
    guestSet(policy, family),
    ...compileRows(policy, family).flatMap((rule) => setMatches(rule).map(({ set }) => set)),
  ]);
  return [...new Map(sets.map((set) => [set.name, set])).values()];
}

/**
 * The sets as a file for `ipset restore`. Each is filled under another name and renamed when it is whole, so that a set that
 * is there is never half of itself.
 *
 * @param live what `ipset save` prints: sets that are there are not made again, and counts of elements go on
 */
export function renderIpset(policy: ResolvedPolicy, live = ''): string {
  const saved = readIpset(live);
  const byUse = new Map([...saved].map(([name, set]) => [useOf(name), set]));
  return ipsetsOf(policy)
    .filter(({ name }) => !saved.has(name))
    .map((set) => renderSet(set, byUse.get(useOf(set.name))))
    .join('');
}

/** The sets for a kernel that may have none or some of them, as one that was switched off in the middle of this. */
export const renderBootIpset = (policy: ResolvedPolicy): string =>
  ipsetsOf(policy)
    .flatMap((set) => [
      createLine(set.name, set),
      ...set.elements.map((element) => `add ${set.name} ${element} -exist`),
    ])
    .map((line) => `${line}\n`)
    .join('');

/** The part of a name that says what the set is for. */
const useOf = (name: string): string => name.slice(0, 'kvm4-'.length + 10);

function createLine(name: string, { type, family, elements }: Ipset): string {
  const hash = Math.max(64, 2 ** Math.ceil(Math.log2(elements.length + 1)));
  const size = `hashsize ${hash} maxelem ${Math.max(65536, elements.length)}`;
  return `create ${name} ${type} family ${family === 4 ? 'inet' : 'inet6'} ${size} counters -exist`;
}

function renderSet(set: Ipset, before: SavedSet | undefined): string {
  const { name, elements } = set;
  const draft = name.replace('kvm', 'kvd');
  return [
    createLine(draft, set),
    `flush ${draft}`,
    ...elements.map((element) => {
      const { packets = 0, bytes = 0 } = before?.elements.get(numbered(element)) ?? {};
      return packets === 0 ? `add ${draft} ${element}` : `add ${draft} ${element} packets ${packets} bytes ${bytes}`;
    }),
    `rename ${draft} ${name}`,
    '',
  ].join('\n');
}

/** Of the sets that are there, those of ours that no rule of the policy looks into, to be destroyed once its rules are loaded. */
export function staleIpsets(policy: ResolvedPolicy, liveSets: readonly string[]): readonly string[] {
  const wanted = new Set(ipsetsOf(policy).map(({ name }) => name));
  return liveSets.filter((name) => /^kv[md][46]-/.test(name) && !wanted.has(name));
}
