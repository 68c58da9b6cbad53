import { PROTOCOLS } from './protocols.ts';

export interface RuleCount {
  readonly packets: number;
  readonly bytes: number;
}

/** One set of `ipset save`. */
export interface SavedSet {
  /** As `172.16.65.1,6:22,192.168.100.5`: protocols by number. */
  readonly elements: ReadonlyMap<string, RuleCount>;
  readonly addresses: ReadonlySet<string>;
  readonly ports: ReadonlySet<number>;
}

interface GrowingSet extends SavedSet {
  readonly elements: Map<string, RuleCount>;
  readonly addresses: Set<string>;
  readonly ports: Set<number>;
}

/** Reads what `ipset save` prints: our sets, by name. */
export function readIpset(text: string): ReadonlyMap<string, SavedSet> {
  const sets = new Map<string, GrowingSet>();
  for (const line of text.split('\n')) {
    const [word, name = '', what = '', ...rest] = line.split(' ');
    if (!/^kvm[46]-/.test(name)) continue;
    if (word === 'create') sets.set(name, { elements: new Map(), addresses: new Set(), ports: new Set() });
    const set = sets.get(name);
    if (word === 'add' && set !== undefined) addElement(set, what, rest);
  }
  return sets;
}

/** `172.16.65.1,6:22` for `172.16.65.1,tcp:22`. */
export const numbered = (element: string): string =>
  element.replace(/(?<=,)[a-z]+(?=:[0-9]+(?:,|$))/, (name) => String(PROTOCOLS.get(name) ?? name));

function addElement(set: GrowingSet, element: string, extensions: readonly string[]): void {
  const key = numbered(element);
  const [first, port, third] = key.split(',');
  set.elements.set(key, { packets: countOf(extensions, 'packets'), bytes: countOf(extensions, 'bytes') });
  for (const address of [first, third]) if (address !== undefined) set.addresses.add(address);
  if (port !== undefined) set.ports.add(Number(port.replace(/^.*:/, '')));
}

function countOf(words: readonly string[], name: string): number {
  const at = words.indexOf(name);
  return at === -1 ? 0 : Number(words[at + 1]);
}
