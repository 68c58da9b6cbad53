import { type ElementNode, isElement } from '../xml/node.ts';
import { parseXml } from '../xml/parse-xml.ts';
import { allowList } from './allow-list.ts';
import { reasonFor } from './reasons.ts';
import { isPlain, type RawXmlGuest, type ValueRule, valueRules } from './values.ts';

/** Something in raw XML that reaches the host beyond the guest, or may: it is not known to stay inside. */
export interface XmlExposure {
  /** `/domain/devices/serial[2]/source/@path` */
  readonly path: string;
  /** The value that reaches out: a path of the host, for instance; empty when the element alone says it. */
  readonly value: string;
  /** What it gives the guest, to follow the path and the value after a colon. */
  readonly reason: string;
  /** Of the element's start in the XML, from 1. */
  readonly line: number;
  readonly column: number;
}

/** More than anybody reads; one is enough to refuse. */
const mostFound = 100;

/**
 * Names everything in a guest's raw XML that is not on the {@link allowList}. What libvirt ignores is named too.
 *
 * @throws DomainXmlError when it is not well-formed
 */
export function findExposures(xml: string, guest: RawXmlGuest): readonly XmlExposure[] {
  const { root, source } = parseXml(xml);
  const judge = new Judge(source, guest);
  judge.element(root, { path: `/${root.name}`, outline: '', allowed: root.name === 'domain' ? [allowed] : [] });
  return judge.found;
}

/** What the list allows at a place. */
interface Allowed {
  /** Whether it has a line of its own; else it is only on the way to one. */
  listed: boolean;
  readonly attributes: Map<string, ValueRule>;
  text?: ValueRule;
  readonly children: Map<string, Allowed>;
}

interface Place {
  /** For people, with positions. */
  readonly path: string;
  /** `devices.disk.source` */
  readonly outline: string;
  /** The places of the list that are this one; none when it is not on it. */
  readonly allowed: readonly Allowed[];
}

const nothing = (): Allowed => ({ listed: false, attributes: new Map(), children: new Map() });

const allowed = readList(allowList);

/** @throws Error for a rule that there is not: a mistake in the list */
function readList(list: string): Allowed {
  const root = nothing();
  for (const line of list.split('\n').filter((each) => each.trim() !== '')) {
    const words = line.split(' ');
    let place = root;
    if (!/^[@#]/.test(line)) for (const name of words.shift()?.split('.') ?? []) place = childAt(place, name);
    place.listed = true;
    for (const word of words) {
      const [, kind = '', name = '', , value = ''] = /^([@#])([\w-]*)(=(.*))?$/.exec(word) ?? [];
      const rule = readRule(value, word);
      if (kind === '@') place.attributes.set(name, rule);
      else place.text = rule;
    }
  }
  return root;
}

function childAt(place: Allowed, name: string): Allowed {
  const child = place.children.get(name) ?? nothing();
  place.children.set(name, child);
  return child;
}

function readRule(value: string, word: string): ValueRule {
  const [, name] = /^\{(\w+)\}$/.exec(value) ?? [];
  const rule = name === undefined ? oneOf(value) : valueRules.get(name);
  if (rule === undefined) throw new Error(`the allow list has no rule for ${word}`);
  return rule;
}

function oneOf(value: string): ValueRule {
  const words = new Set(value.split('|'));
  return value === '' ? isPlain : (text) => words.has(text);
}

/** Metadata that programs of others keep there, and that none acts on. */
const harmlessMetadata = new Set(['http://libosinfo.org/xmlns/libvirt/domain/1.0']);

class Judge {
  readonly found: XmlExposure[] = [];
  readonly #guest: RawXmlGuest;
  readonly #lineStarts: readonly number[];

  constructor(source: string, guest: RawXmlGuest) {
    this.#guest = guest;
    this.#lineStarts = [0, ...[...source.matchAll(/\r\n|\r|\n/g)].map(({ index, 0: text }) => index + text.length)];
  }

  element(element: ElementNode, place: Place): void {
    if (element.namespace !== '' || !place.allowed.some(({ listed }) => listed)) {
      this.#add(element, place, { path: place.path, value: pathsIn(element) });
      return;
    }
    this.#attributes(element, place);
    this.#text(element, place);
    if (place.outline === 'metadata') this.#metadata(element, place);
    else for (const [child, at] of childrenOf(element, place)) this.element(child, at);
    if (place.outline === 'devices.graphics') this.#screen(element, place);
  }

  #attributes(element: ElementNode, place: Place): void {
    for (const { name, local, namespace, value } of element.attributes) {
      if (name === 'xmlns' || name.startsWith('xmlns:')) continue;
      const rules = namespace === '' ? place.allowed.flatMap(({ attributes }) => attributes.get(local) ?? []) : [];
      if (rules.some((rule) => rule(value, this.#guest, element))) continue;
      this.#add(element, place, { path: `${place.path}/@${name}`, value });
    }
  }

  #text(element: ElementNode, place: Place): void {
    const text = element.content.map((node) => textOf(node)).join('');
    if (/^[ \t\r\n]*$/.test(text)) return;
    const rules = place.allowed.flatMap((each) => each.text ?? []);
    if (rules.some((rule) => rule(text.trim(), this.#guest, element))) return;
    this.#add(element, place, { path: place.path, value: text.trim() });
  }

  #metadata(element: ElementNode, place: Place): void {
    for (const [child, at] of childrenOf(element, place)) {
      if (!harmlessMetadata.has(child.namespace)) this.#add(child, at, { path: at.path, value: child.namespace });
    }
  }

  /** A screen that names no address is at the one of qemu.conf, whatever that is. */
  #screen(element: ElementNode, place: Place): void {
    const value = (node: ElementNode, name: string) => node.attributes.find(({ local }) => local === name)?.value;
    const [first = false, ...others] = element.content
      .filter(isElement)
      .filter(({ local }) => local === 'listen')
      .map((each) => value(each, 'address') !== undefined || ['none', 'socket'].includes(value(each, 'type') ?? ''));
    // The attribute, or the template's, is the address of the first <listen> that has none, and of no other.
    const given = value(element, 'listen') !== undefined || (value(element, 'type') === 'vnc' && this.#guest.hasScreen);
    if ((first || given) && others.every(Boolean)) return;
    const reason = "listens where the host's qemu.conf says, which may be every address: write listen='127.0.0.1'";
    this.#add(element, place, { path: place.path, value: '', reason });
  }

  #add(
    element: ElementNode,
    { outline }: Place,
    { path, value, reason }: { readonly path: string; readonly value: string; readonly reason?: string },
  ): void {
    if (this.found.length >= mostFound) return;
    const line = this.#lineStarts.findLastIndex((start) => start <= element.offset);
    const place = { line: line + 1, column: element.offset - (this.#lineStarts[line] ?? 0) + 1 };
    const attribute = path.slice(path.lastIndexOf('/') + 1);
    const where = attribute.startsWith('@') ? `${outline}.${attribute}` : outline;
    const shown = /\.@passwd/.test(where) ? '***' : shortened(value);
    this.found.push({ path, value: shown, reason: reason ?? reasonFor(where, element), ...place });
  }
}

/** On one line, and no longer than a path may be. */
const shortened = (value: string): string => {
  const line = value.replace(/\s+/g, ' ');
  return line.length > 256 ? `${line.slice(0, 256)}…` : line;
};

const textOf = (node: ElementNode['content'][number]): string => {
  if (typeof node === 'string') return node;
  return node.kind === 'cdata' ? node.text : '';
};

/** The children of an element with their places. Positions count those of one name, as XPath does. */
function childrenOf(element: ElementNode, place: Place): [ElementNode, Place][] {
  const children = element.content.filter(isElement);
  const counts = new Map<string, number>();
  for (const { name } of children) counts.set(name, (counts.get(name) ?? 0) + 1);
  const seen = new Map<string, number>();
  return children.map((child) => {
    const index = (seen.get(child.name) ?? 0) + 1;
    seen.set(child.name, index);
    const position = (counts.get(child.name) ?? 1) > 1 ? `[${index}]` : '';
    const at = {
      path: `${place.path}/${child.name}${position}`,
      outline: place.outline === '' ? child.name : `${place.outline}.${child.name}`,
      allowed: place.allowed.flatMap(({ children: known }) =>
        [known.get(child.name), known.get('*')].filter((each) => each !== undefined),
      ),
    };
    return [child, at];
  });
}

/** The paths in an element, which tell a person more than its name. */
function pathsIn(element: ElementNode): string {
  const values = [
    ...element.attributes.filter(({ name }) => !name.startsWith('xmlns')).map(({ value }) => value),
    ...element.content.map((node) => textOf(node).trim()),
  ].filter((value) => value.includes('/'));
  const inside = element.content.filter(isElement).map(pathsIn);
  return [...values, ...inside.filter((each) => each !== '')].slice(0, 3).join(', ');
}
