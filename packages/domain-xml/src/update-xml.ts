import { listOf, partsOf } from './content.ts';
import { fragmentData, type Reading } from './fragment-data.ts';
import type { DomainElement } from './generated/domain.ts';
import { type Namespaces, namespacesInside, xmlNamespaces } from './namespaces.ts';
import { domainOutline, type ElementOutline } from './outline.ts';
import { fragmentElement } from './parse-fragment.ts';
import { makeAttribute, makeElement } from './xml/make-element.ts';
import { type ElementNode, isElement, type ParsedXml, type XmlNode } from './xml/node.ts';
import type { XmlContent, XmlElement, XmlText } from './xml-element.ts';
import { textOf } from './xml-text.ts';

/**
 * Changes a document so that its data is `domain`: what `domainData` reads from it, with changes. All else stays letter
 * for letter: comments, layout, order, spelling. New elements go where libvirt would write them. Items of a list that are
 * the same stay as they are; the others are changed in their order.
 *
 * @throws DomainXmlError for what XML cannot hold.
 */
export function updateXml(document: ParsedXml, domain: DomainElement): ParsedXml {
  const place: Place = {
    outline: domainOutline,
    namespaces: xmlNamespaces,
    reading: 'libvirt',
    lineBreak: '\n',
    source: document.source,
  };
  return { ...document, root: updated(document.root, domain, place) };
}

interface Place {
  readonly outline: ElementOutline | undefined;
  readonly namespaces: Namespaces;
  readonly reading: Reading;
  readonly lineBreak: string;
  readonly source: string;
}

function updated(node: ElementNode, data: XmlText | object, place: Place): ElementNode {
  const before = dataOf(node, place);
  if (spelled(before) === spelled(data)) return node;
  const parts = partsOf(data);
  const inside: Place = {
    ...place,
    namespaces: namespacesInside(place.namespaces, parts),
    reading:
      place.reading === 'libvirt' && (node.namespace !== '' || node.name === 'metadata') ? 'foreign' : place.reading,
    lineBreak: `${place.lineBreak}  `,
  };
  const attributes = updatedAttributes(node, parts, inside.namespaces);
  const content = updatedContent(node, parts, { before: partsOf(before).get('#'), place: inside });
  const sameTag =
    attributes.length === node.attributes.length && attributes.every((one, index) => one === node.attributes[index]);
  const startTag = sameTag && !(node.startTag?.endsWith('/>') && content.length > 0) ? node.startTag : undefined;
  return { ...node, attributes, content, startTag };
}

/** Equal for data that says the same. */
function spelled(data: XmlContent | object): string {
  if (typeof data !== 'object') return JSON.stringify({ '#': String(data) });
  if (Array.isArray(data)) return `[${data.map(spelled).join()}]`;
  const parts = [...partsOf(data)].filter(([, value]) => value !== undefined && listOf(value).length > 0);
  if (parts.every(([key, value]) => key === '#' && value === '')) return '{}';
  const texts = parts.map(([key, value]) => {
    const text = key.startsWith('@') || key === '#' ? JSON.stringify(Array.isArray(value) ? value : String(value)) : '';
    return `${JSON.stringify(key)}:${text === '' ? `[${listOf(value).map(spelled).join()}]` : text}`;
  });
  return `{${texts.sort().join()}}`;
}

const dataOf = (node: ElementNode, { source, ...destination }: Place): XmlText | XmlElement =>
  fragmentData(fragmentElement(node, source), destination);

function updatedAttributes(node: ElementNode, parts: ReadonlyMap<string, XmlContent>, namespaces: Namespaces) {
  const kept = node.attributes.flatMap((attribute) => {
    const value = parts.get(`@${attribute.name}`);
    if (value === undefined) return [];
    const text = textOf(value, attribute.name);
    return [text === attribute.value ? attribute : { ...attribute, value: text }];
  });
  const names = new Set(kept.map(({ name }) => name));
  const added = [...parts].flatMap(([key, value]) =>
    key.startsWith('@') && value !== undefined && !names.has(key.slice(1))
      ? [makeAttribute(key.slice(1), textOf(value, key), namespaces)]
      : [],
  );
  return [...kept, ...added];
}

/** `before` is the text, or the content whose order counts, as it was. */
function updatedContent(
  node: ElementNode,
  parts: ReadonlyMap<string, XmlContent>,
  { before, place }: { readonly before: XmlContent | undefined; readonly place: Place },
): readonly XmlNode[] {
  const text = parts.get('#');
  if (text !== undefined || before !== undefined) {
    const same = before !== undefined && text !== undefined && spelled({ '#': before }) === spelled({ '#': text });
    if (same) return node.content;
    const outside = { ...place, lineBreak: place.lineBreak.slice(0, -2) };
    return makeElement(node.name, Object.fromEntries(parts), outside).content;
  }
  const children = childrenByName(node);
  const names = new Set([...children.keys(), ...parts.keys()].filter((name) => !name.startsWith('@')));
  const changes: Changes = { inPlaceOf: new Map(), added: [] };
  for (const name of names) {
    noteChanges(changes, { name, nodes: children.get(name) ?? [], items: listOf(parts.get(name)), place });
  }
  const content = replaced(node.content, changes);
  return changes.added.reduce((now, element) => inserted(now, element, place), content);
}

function childrenByName({ content }: ElementNode): Map<string, ElementNode[]> {
  const byName = new Map<string, ElementNode[]>();
  for (const child of content.filter(isElement)) {
    const namesakes = byName.get(child.name);
    if (namesakes === undefined) byName.set(child.name, [child]);
    else namesakes.push(child);
  }
  return byName;
}

/** What becomes of a content, so that it is copied once and not for each change. */
interface Changes {
  /** What stands in an element's place; nothing when it goes. */
  readonly inPlaceOf: Map<XmlNode, XmlNode[]>;
  /** New elements of a name that none has. */
  readonly added: ElementNode[];
}

interface Children {
  readonly name: string;
  readonly nodes: readonly ElementNode[];
  readonly items: readonly (XmlText | XmlElement)[];
  /** Inside their parent. */
  readonly place: Place;
}

/** What makes the children of one name say what the items say. */
function noteChanges({ inPlaceOf, added }: Changes, { name, nodes, items, place }: Children): void {
  const inside: Place = { ...place, outline: place.outline?.children.get(name) };
  const steps = align(nodes, items, { says: nodes.map((node) => spelled(dataOf(node, inside))) });
  /** New ones before the first that stays, and what stands in the place of the last that stayed. */
  const leading: ElementNode[] = [];
  let last: XmlNode[] | undefined;
  for (const { node, item } of steps) {
    if (node === undefined) {
      const element = makeElement(name, item ?? {}, { ...inside, lineBreak: place.lineBreak });
      if (last === undefined) leading.push(element);
      else last.push(place.lineBreak, element);
    } else if (item === undefined) {
      inPlaceOf.set(node, []);
    } else {
      const before = last === undefined ? leading.splice(0).flatMap((element) => [element, place.lineBreak]) : [];
      last = [...before, updated(node, item, inside)];
      inPlaceOf.set(node, last);
    }
  }
  added.push(...leading);
}

/** An item and the node that becomes it; a node alone goes, an item alone is new. */
interface Step {
  readonly node: ElementNode | undefined;
  readonly item: XmlText | XmlElement | undefined;
}

/** Pairs nodes, which say what is listed, with items, in order: those that are equal first, then what stands between them. */
function align(
  nodes: readonly ElementNode[],
  items: readonly (XmlText | XmlElement)[],
  { says }: { readonly says: readonly string[] },
): readonly Step[] {
  const steps: Step[] = [];
  let [nodeAt, itemAt] = [0, 0];
  const pairUpTo = (nodeEnd: number, itemEnd: number): void => {
    while (nodeAt < nodeEnd || itemAt < itemEnd) {
      const node = nodeAt < nodeEnd ? nodes[nodeAt] : undefined;
      const item = itemAt < itemEnd ? items[itemAt] : undefined;
      steps.push({ node, item });
      if (node !== undefined) nodeAt += 1;
      if (item !== undefined) itemAt += 1;
    }
  };
  /** Where nodes say a thing: the last place first, for the first is taken from the end. */
  const places = new Map<string, number[]>();
  for (const [index, text] of [...says.entries()].reverse()) {
    const there = places.get(text);
    if (there === undefined) places.set(text, [index]);
    else there.push(index);
  }
  items.forEach((item, index) => {
    if (index < itemAt) return;
    const there = places.get(spelled(item)) ?? [];
    while ((there.at(-1) ?? nodeAt) < nodeAt) there.pop();
    const found = there.at(-1);
    if (found === undefined) return;
    pairUpTo(found, index);
    pairUpTo(found + 1, index + 1);
  });
  pairUpTo(nodes.length, items.length);
  return steps;
}

/** The content with elements changed, or taken out together with the white space before them. */
function replaced(content: readonly XmlNode[], { inPlaceOf }: Changes): readonly XmlNode[] {
  const pieces: XmlNode[] = [];
  for (const node of content) {
    const by = inPlaceOf.get(node);
    const before = pieces.at(-1);
    if (by?.length === 0 && typeof before === 'string' && before.trim() === '') pieces.pop();
    for (const piece of by ?? [node]) pieces.push(piece);
  }
  return pieces;
}

/** The content with a new element after those that libvirt writes before it. */
function inserted(content: readonly XmlNode[], element: ElementNode, place: Place): readonly XmlNode[] {
  const { outline, lineBreak } = place;
  if (!content.some(isElement)) {
    return [...content.filter((node) => typeof node !== 'string'), lineBreak, element, lineBreak.slice(0, -2)];
  }
  const rank = (name: string): number => outline?.order.get(name) ?? Number.POSITIVE_INFINITY;
  const at = content.findLastIndex((node) => isElement(node) && rank(node.name) <= rank(element.name));
  return content.toSpliced(at + 1, 0, lineBreak, element);
}
